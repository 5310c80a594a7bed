"""The XBlock-style activity: base class, registry, stream, runtime, and the kinds that are built in."""

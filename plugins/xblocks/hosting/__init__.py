"""The host that an XBlock sees: fields, services and runtime. Imported only where the library XBlock is installed."""

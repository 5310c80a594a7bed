"""Takes the files of a library over into the skills graph (docs/library-format.md)."""

"""The database on which speed is measured: organisations, people, modules and learning records, always the same."""

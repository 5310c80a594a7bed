"""What authors write: pages, pictures, films and blocks."""

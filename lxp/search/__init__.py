"""Search: one analysis of words for every engine, the embedded engine, and the changes that it must still take in."""

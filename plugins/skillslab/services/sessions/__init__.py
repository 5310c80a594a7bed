"""Sessions: planned one by one or as a series, changed, and seen by who coordinates them."""

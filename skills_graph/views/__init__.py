"""Pages of what people can do."""

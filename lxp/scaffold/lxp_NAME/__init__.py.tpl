"""TITLE: short messages of an organisation to its own people."""

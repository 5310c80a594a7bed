"""Plain factories: what a test needs, with no surprises."""

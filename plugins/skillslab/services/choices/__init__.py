"""What one person can take or has: the week, what suits them, and their own places."""

"""Mail to people: one digest a day at most, and four exceptions that go at once (docs/decisions/0023-notices.md)."""

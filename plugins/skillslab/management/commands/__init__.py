"""Commands of the skillslab."""

"""The pages of the skillslab."""

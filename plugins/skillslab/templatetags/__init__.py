"""What the templates of the skillslab need."""

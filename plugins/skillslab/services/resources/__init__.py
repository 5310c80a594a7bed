"""What a skillslab has, who teaches in it, and when that is free."""

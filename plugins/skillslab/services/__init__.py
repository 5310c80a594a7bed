"""The rules of the skillslab: everything that changes something goes through here."""

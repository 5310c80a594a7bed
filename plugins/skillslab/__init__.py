"""A skillslab that several organisations share: rooms, equipment and people, sessions, and places to book."""

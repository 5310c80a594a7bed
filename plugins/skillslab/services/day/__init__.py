"""The day of a session: who came, what was handed out, what was signed, and the list that closes."""

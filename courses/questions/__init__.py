"""Questions: what an author writes, how the server marks an answer, and how a question is shown."""

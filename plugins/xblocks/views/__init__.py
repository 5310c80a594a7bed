"""The frames that show blocks, and the drafts of authors."""

"""Volunteers with what they must know, and sets of instruction cards that professionals hand over."""

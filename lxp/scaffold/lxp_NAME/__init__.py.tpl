"""ENGLISH: a plugin for LXP."""

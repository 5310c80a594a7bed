"""A plugin for LXP that adds something at every hook."""

"""The pages of this plugin."""

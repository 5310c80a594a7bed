"""What changes the records of the plugin."""

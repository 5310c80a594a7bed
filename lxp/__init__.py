"""The platform: people, organisations, hooks and settings."""

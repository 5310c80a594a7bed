"""What people fill in about outcomes, authority, checking and taking back."""

"""Open Badges 3.0: building, signing and checking credentials. Pure: no models, no settings, no database."""

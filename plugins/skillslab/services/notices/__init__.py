"""What people and teachers are told, and how their calendars read it."""

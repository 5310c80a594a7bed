"""What volunteers, coordinators and professionals do here."""

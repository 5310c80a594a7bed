"""What people need and what was used, in figures that name nobody."""

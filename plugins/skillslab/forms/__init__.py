"""What coordinators fill in: one module for each thing that they look after."""

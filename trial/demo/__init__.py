"""A hospital to look around in, told through the services."""

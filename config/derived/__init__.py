"""What follows from an environment: names, limits, addresses, machines."""

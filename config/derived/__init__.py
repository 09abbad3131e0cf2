"""Values computed from an environment: names, limits, addresses, machines."""

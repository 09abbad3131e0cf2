"""`platform.elasticsearch`."""

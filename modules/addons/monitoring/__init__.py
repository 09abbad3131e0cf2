"""`platform.monitoring`."""

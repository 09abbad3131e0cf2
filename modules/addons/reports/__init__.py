"""`platform.reports`."""

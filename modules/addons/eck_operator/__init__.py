"""`platform.eck_operator`."""

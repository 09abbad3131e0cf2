"""`platform.velero`."""

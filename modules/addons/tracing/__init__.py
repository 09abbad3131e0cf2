"""`platform.tracing`."""

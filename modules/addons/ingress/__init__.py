"""`platform.ingress`."""

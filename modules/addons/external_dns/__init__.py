"""`platform.external_dns`."""

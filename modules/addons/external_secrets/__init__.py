"""`platform.external_secrets`."""

"""`platform.cert_manager`."""

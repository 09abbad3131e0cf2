"""`platform.istio_gateway`."""

"""`platform.istio`."""

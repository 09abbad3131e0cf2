"""`platform.cilium`."""

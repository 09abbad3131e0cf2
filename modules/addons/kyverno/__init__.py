"""`platform.kyverno`."""

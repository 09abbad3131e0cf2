"""The Kubernetes API of an environment's cluster."""

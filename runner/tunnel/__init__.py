"""A tunnel to a private Kubernetes API, through a node and Session Manager."""

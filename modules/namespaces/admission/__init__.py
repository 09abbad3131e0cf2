"""What Kubernetes refuses in namespaces of teams, by policies that the API server evaluates."""

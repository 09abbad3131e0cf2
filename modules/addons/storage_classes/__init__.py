"""The classes of volumes that Kubernetes makes for pods."""

"""`platform.cluster_autoscaler`."""

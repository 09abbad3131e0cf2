"""`platform.vertical_pod_autoscaler`."""

"""`platform.nvidia_device_plugin`."""

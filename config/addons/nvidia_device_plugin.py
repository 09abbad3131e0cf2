"""`platform.nvidia_device_plugin`."""

from config.addon_settings import AddonSettings


class NvidiaDevicePluginSettings(AddonSettings):
    """NVIDIA's device plugin, by which pods request GPUs (`nvidia.com/gpu`)."""

    enabled: bool = False
    """Install it on Amazon Linux nodes with NVIDIA's GPUs; Bottlerocket's image has it built in.
    Without it Karpenter never sees such a node as ready. `false` written in the file says that
    something else offers the GPUs, for example NVIDIA's GPU Operator or DRA driver."""

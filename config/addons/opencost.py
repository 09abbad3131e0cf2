"""`platform.opencost`: costs of workloads."""

from config.addon_settings import AddonSettings


class OpenCostSettings(AddonSettings):
    """OpenCost, which calculates the costs of namespaces and workloads.

    It uses the metrics of the platform's Prometheus and the public AWS price list.
    """

    enabled: bool = False
    """Install it. It requires `platform.monitoring`."""

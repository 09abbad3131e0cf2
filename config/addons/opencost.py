"""Costs of what runs in the cluster in the `platform` section: OpenCost."""

from config.addon_settings import AddonSettings


class OpenCostSettings(AddonSettings):
    """OpenCost, which reckons what each namespace and workload costs.

    It takes its numbers from the platform's Prometheus, and prices from AWS's public price list.
    """

    enabled: bool = False
    """Install it. It needs `platform.monitoring`."""

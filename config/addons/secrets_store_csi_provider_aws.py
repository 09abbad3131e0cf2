"""`platform.secrets_store_csi_provider_aws`."""

from config.addon_settings import AddonSettings


class SecretsStoreCsiProviderAwsSettings(AddonSettings):
    """AWS's provider for the Secrets Store CSI driver."""

    enabled: bool = True
    """Install it where the driver is."""

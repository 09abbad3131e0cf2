"""`platform.secrets_store_csi_provider_aws`."""

from config.addon_settings import AddonSettings


class SecretsStoreCsiProviderAwsSettings(AddonSettings):
    """The AWS provider of the Secrets Store CSI driver."""

    enabled: bool = True
    """Install it with the driver."""

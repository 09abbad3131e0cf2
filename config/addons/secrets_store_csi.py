"""`platform.secrets_store_csi`."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings


class SecretsStoreCsiSettings(AddonSettings):
    """The Secrets Store CSI driver, which mounts secrets as files."""

    enabled: bool = False
    """Install it, and the AWS provider. A pod reads secrets with its own IAM role, without a
    Kubernetes Secret."""

    rotation_minutes: Annotated[int, Field(ge=2, le=10_080)] | None = 60
    """Minutes after which mounted secrets are read again, with a billed call to Secrets Manager
    each; null for never."""

    sync: bool = False
    """Also create Kubernetes Secrets from mounted secrets, if a SecretProviderClass requests it.
    The driver may then write Secrets in all namespaces."""

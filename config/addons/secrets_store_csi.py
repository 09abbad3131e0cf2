"""`platform.secrets_store_csi`."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings


class SecretsStoreCsiSettings(AddonSettings):
    """The Secrets Store CSI driver, which mounts secrets as files."""

    enabled: bool = False
    """Install it, and AWS's provider with it. A pod reads with a role of its own, and the secret
    need not become a Kubernetes Secret."""

    rotation_minutes: Annotated[int, Field(ge=2, le=10_080)] | None = 60
    """Minutes after which mounted secrets are read anew, each with a paid call to Secrets Manager;
    null for never."""

    sync: bool = False
    """Also make Kubernetes Secrets of what is mounted, where a SecretProviderClass says so. The
    driver may then write Secrets in every namespace."""

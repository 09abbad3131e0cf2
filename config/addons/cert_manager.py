"""`platform.cert_manager`: cert-manager and its issuers."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings
from config.settings import Settings
from config.types.dns_zone import DnsZone
from config.types.email import EmailAddress


class LetsEncrypt(Settings):
    """The issuers `letsencrypt-staging` and `letsencrypt-production`.

    They use the DNS-01 challenge for names in `edge.hosted_zone` and in `dns_zones`, and the
    HTTP-01 challenge for others.
    """

    enabled: bool = True
    """Create the issuers. They register an account with Let's Encrypt, which implies that you
    accept its terms of service."""

    email: EmailAddress | None = None
    """E-mail address of the Let's Encrypt account."""

    dns_zones: Annotated[list[DnsZone], Field(max_length=20)] = []
    """Additional zones for DNS-01."""

    http01: bool = True
    """Use HTTP-01, through the ingress controller, for names outside these zones."""


class CertManagerSettings(AddonSettings):
    """cert-manager, which issues and renews certificates."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Replicas of the controller and of the CA injector; one of each is the leader."""

    webhook_replicas: Annotated[int, Field(ge=1, le=10)] = 3
    """Replicas of the webhook. Certificates and issuers cannot be changed while none is
    available."""

    lets_encrypt: LetsEncrypt = LetsEncrypt()
    """The Let's Encrypt issuers."""

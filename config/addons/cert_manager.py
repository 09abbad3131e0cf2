"""Certificates in the `platform` section: cert-manager and its issuers."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings
from config.settings import Settings
from config.types.dns_zone import DnsZone
from config.types.email import EmailAddress


class LetsEncrypt(Settings):
    """The issuers `letsencrypt-staging` and `letsencrypt-production`.

    They prove that a name is yours with a record in its Route 53 zone (DNS-01), where the zone is
    `edge.hosted_zone` or listed here, and else with an answer over plain HTTP (HTTP-01).
    """

    enabled: bool = True
    """Make the issuers. They register an account with Let's Encrypt, which takes its terms of
    service as accepted."""

    email: EmailAddress | None = None
    """Where Let's Encrypt can reach you."""

    dns_zones: Annotated[list[DnsZone], Field(max_length=20)] = []
    """Further zones for DNS-01."""

    http01: bool = True
    """Answer HTTP-01 challenges for names in no such zone, through the ingress controller."""


class CertManagerSettings(AddonSettings):
    """cert-manager, which issues and renews certificates."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Replicas of the controller and of the CA injector; one of each works, the rest wait."""

    webhook_replicas: Annotated[int, Field(ge=1, le=10)] = 3
    """Replicas of the webhook. While none answers, nobody changes a certificate or an issuer."""

    lets_encrypt: LetsEncrypt = LetsEncrypt()
    """The issuers of Let's Encrypt."""

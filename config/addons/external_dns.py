"""DNS records of applications in the `platform` section."""

from typing import Annotated, Literal

from pydantic import Field

from config.addon_settings import AddonSettings
from config.types.dns_zone import DnsZone

RecordPolicy = Literal["create-only", "upsert-only", "sync"]

RecordSource = Literal["service", "ingress", "crd"]


class ExternalDnsSettings(AddonSettings):
    """external-dns, which keeps records in Route 53 for Services and Ingresses."""

    enabled: bool = False
    """Install it. Names of the front door need none: Terraform has their records."""

    zones: Annotated[list[DnsZone], Field(max_length=20)] = []
    """Zones that it may change. Default: `edge.hosted_zone`."""

    policy: RecordPolicy = "upsert-only"
    """Whether it only makes records, also changes its own, or also removes its own where what they
    were for is gone."""

    sources: Annotated[list[RecordSource], Field(min_length=1)] = ["service", "ingress"]
    """What it makes records for: Services of type LoadBalancer, Ingresses, or DNSEndpoints
    (`crd`)."""

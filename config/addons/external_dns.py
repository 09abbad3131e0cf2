"""`platform.external_dns`: DNS records of applications."""

from typing import Annotated, Literal

from pydantic import Field

from config.addon_settings import AddonSettings
from config.types.dns_zone import DnsZone

RecordPolicy = Literal["create-only", "upsert-only", "sync"]

RecordSource = Literal["service", "ingress", "crd"]


class ExternalDnsSettings(AddonSettings):
    """external-dns, which manages Route 53 records for Services and Ingresses."""

    enabled: bool = False
    """Install it. Not needed for `edge.domain_names`, whose records Terraform creates."""

    zones: Annotated[list[DnsZone], Field(max_length=20)] = []
    """Zones that it manages. Default: `edge.hosted_zone`."""

    policy: RecordPolicy = "upsert-only"
    """Whether it only creates records, also updates its own, or also deletes its own when the
    Service or Ingress is deleted."""

    sources: Annotated[list[RecordSource], Field(min_length=1)] = ["service", "ingress"]
    """Sources of records: Services of type LoadBalancer, Ingresses, or DNSEndpoints (`crd`)."""

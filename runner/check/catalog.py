"""The checks, in the order of the report."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from runner.check.checks import (
    addons,
    buckets,
    caa,
    endpoints,
    existing_vpc,
    given_roles,
    hosted_zones,
    iam_names,
    identity,
    images,
    kubernetes,
    names,
    offerings,
    principals,
    quotas,
    records,
    references,
    regions,
    secret_values,
    service_roles,
    vcpus,
    zones,
)
from runner.check.context import CheckContext
from runner.check.finding import Finding


@dataclass(frozen=True)
class Check:
    """A check by its name in the report."""

    name: str
    find: Callable[[CheckContext], Iterator[Finding]]


IDENTITY: Final = Check("identity", identity.find)
"""The first check: without the right account nothing else is worth looking at."""

CHECKS: Final = (
    Check("regions", regions.find),
    Check("zones", zones.find),
    Check("existing VPC", existing_vpc.find),
    Check("instance types", offerings.find),
    Check("endpoints", endpoints.find),
    Check("Kubernetes", kubernetes.find),
    Check("EKS add-ons", addons.find),
    Check("node images", images.find),
    Check("quotas", quotas.find),
    Check("vCPUs", vcpus.find),
    Check("principals", principals.find),
    Check("given roles", given_roles.find),
    Check("service-linked roles", service_roles.find),
    Check("IAM names", iam_names.roles),
    Check("IAM names", iam_names.policies),
    Check("IAM names", iam_names.instance_profiles),
    Check("names", names.find),
    Check("buckets", buckets.find),
    Check("hosted zones", hosted_zones.find),
    Check("DNS records", records.find),
    Check("CAA", caa.find),
    Check("secrets", secret_values.find),
    Check("references", references.find),
)

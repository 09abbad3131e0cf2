"""Version constraints of Terraform and its providers, computed from the configuration.

The minimum is AWS provider 5.95. A setting that needs a newer argument raises it to the version
that introduced the argument, so that a plan never fails on an unknown argument. Versions of the
Helm provider that are known to fail, or have not been tried, are excluded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from config.derived.amp import creates_workspace
from config.derived.workloads import release_roles, workload_roles
from config.environment import Environment

Version = tuple[int, int]


@dataclass(frozen=True)
class MinimumVersion:
    """A setting that needs a newer version.

    Attributes:
        version: the first version that supports the setting, as (major, minor).
        used: whether an environment uses the setting.
    """

    version: Version
    used: Callable[[Environment], bool]


@dataclass(frozen=True)
class ExcludedVersion:
    """A version of a provider that must not be used.

    Attributes:
        version: as Terraform writes it.
        reason: what fails.
        source: address that says so.
    """

    version: str
    reason: str
    source: str


AWS_FLOOR: Final[Version] = (5, 95)
AWS_CEILING: Final[Version] = (7, 0)
TERRAFORM_FLOOR: Final[Version] = (1, 9)

AWS_REQUIREMENTS: Final = (
    # aws_prometheus_workspace_configuration
    # https://github.com/hashicorp/terraform-provider-aws/releases/tag/v5.100.0
    MinimumVersion((5, 100), creates_workspace),
    # aws_eks_cluster.deletion_protection
    # https://github.com/hashicorp/terraform-provider-aws/releases/tag/v6.9.0
    MinimumVersion((6, 9), lambda environment: environment.cluster.deletion_protection is not None),
    # aws_ecr_repository.image_tag_mutability_exclusion_filter
    # https://github.com/hashicorp/terraform-provider-aws/pull/43642
    MinimumVersion((6, 8), lambda environment: environment.registry.has_mutable_tags),
    # aws_eks_pod_identity_association.target_role_arn
    # https://github.com/hashicorp/terraform-provider-aws/releases/tag/v6.2.0
    MinimumVersion(
        (6, 2),
        lambda environment: any(
            each.permissions.target_role_arn
            for each in (*workload_roles(environment), *release_roles(environment))
        ),
    ),
    # aws_eks_capability
    # https://github.com/hashicorp/terraform-provider-aws/releases/tag/v6.25.0
    MinimumVersion((6, 25), lambda environment: bool(environment.cluster.capabilities.enabled)),
    # aws_nat_gateway.availability_mode
    MinimumVersion((6, 24), lambda environment: environment.network.nat == "regional"),
)

HELM_FLOOR: Final[Version] = (3, 0)
HELM_CEILING: Final[Version] = (3, 2)
"""The first minor version of which none has installed every add-on."""

HELM_TRIED: Final = ("3.0.2", "3.1.1")
"""Versions that installed, changed and removed every add-on on a Kubernetes API."""

HELM_EXCLUDED: Final = (
    ExcludedVersion(
        "3.1.2",
        "cannot install the default ingress controller: its Helm 3.18.5 loads no values schema "
        "over HTTP",
        "https://github.com/hashicorp/terraform-provider-helm/issues/1798",
    ),
    ExcludedVersion(
        "3.2.0",
        "fails like 3.1.2, as users report",
        "https://github.com/zitadel/zitadel-charts/issues/613",
    ),
    ExcludedVersion(
        "3.3.0",
        "has not been tried",
        "https://github.com/hashicorp/terraform-provider-helm/issues/1876",
    ),
)
"""To allow a version: install an environment with every controller of `platform.ingress` with it,
change it, destroy it, take its row away, and raise HELM_CEILING."""

HELM_REQUIREMENTS: Final = (
    # take_ownership of helm_release
    # https://github.com/hashicorp/terraform-provider-helm/releases/tag/v3.1.0
    MinimumVersion(
        (3, 1),
        lambda environment: (
            environment.platform.argo_cd.enabled or environment.platform.kyverno.enabled
        ),
    ),
)

KUBERNETES_CONSTRAINT: Final = ">= 2.30, < 3.0"

TERRAFORM_REQUIREMENTS: Final = (
    # use_lockfile of the S3 backend
    MinimumVersion((1, 10), lambda environment: environment.state.lock != "dynamodb"),
)


def aws_constraint(environment: Environment) -> str:
    """The version constraint of hashicorp/aws, for example `>= 5.95, < 7.0`."""
    floor = _floor(AWS_FLOOR, AWS_REQUIREMENTS, environment)
    return f">= {_text(floor)}, < {_text(AWS_CEILING)}"


def helm_constraint(environment: Environment) -> str:
    """The version constraint of hashicorp/helm, for example `>= 3.0, < 3.2, != 3.1.2`."""
    floor = _floor(HELM_FLOOR, HELM_REQUIREMENTS, environment)
    excluded = [
        f"!= {each.version}"
        for each in HELM_EXCLUDED
        if floor <= _minor(each.version) < HELM_CEILING
    ]
    return ", ".join((f">= {_text(floor)}", f"< {_text(HELM_CEILING)}", *excluded))


def terraform_constraint(environment: Environment) -> str:
    """The version constraint of Terraform itself, for example `>= 1.9`."""
    return f">= {_text(_floor(TERRAFORM_FLOOR, TERRAFORM_REQUIREMENTS, environment))}"


def _floor(
    floor: Version, requirements: tuple[MinimumVersion, ...], environment: Environment
) -> Version:
    return max([floor, *(need.version for need in requirements if need.used(environment))])


def _minor(version: str) -> Version:
    major, minor, _ = version.split(".")
    return int(major), int(minor)


def _text(version: Version) -> str:
    return ".".join(map(str, version))

"""Version constraints of Terraform and its AWS provider, computed from the configuration.

The minimum is AWS provider 5.95. A setting that needs a newer argument raises it to the version
that introduced the argument, so that a plan never fails on an unknown argument.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

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


AWS_FLOOR: Final[Version] = (5, 95)
AWS_CEILING: Final[Version] = (7, 0)
TERRAFORM_FLOOR: Final[Version] = (1, 9)

AWS_REQUIREMENTS: Final = (
    # aws_eks_cluster.deletion_protection
    # https://github.com/hashicorp/terraform-provider-aws/releases/tag/v6.9.0
    MinimumVersion((6, 9), lambda environment: environment.cluster.deletion_protection is not None),
    # aws_nat_gateway.availability_mode
    MinimumVersion((6, 24), lambda environment: environment.network.nat == "regional"),
)

TERRAFORM_REQUIREMENTS: Final = (
    # use_lockfile of the S3 backend
    MinimumVersion((1, 10), lambda environment: environment.state.lock != "dynamodb"),
)


def aws_constraint(environment: Environment) -> str:
    """The version constraint of hashicorp/aws, for example `>= 5.95, < 7.0`."""
    floor = _floor(AWS_FLOOR, AWS_REQUIREMENTS, environment)
    return f">= {_text(floor)}, < {_text(AWS_CEILING)}"


def terraform_constraint(environment: Environment) -> str:
    """The version constraint of Terraform itself, for example `>= 1.9`."""
    return f">= {_text(_floor(TERRAFORM_FLOOR, TERRAFORM_REQUIREMENTS, environment))}"


def _floor(
    floor: Version, requirements: tuple[MinimumVersion, ...], environment: Environment
) -> Version:
    return max([floor, *(need.version for need in requirements if need.used(environment))])


def _text(version: Version) -> str:
    return ".".join(map(str, version))

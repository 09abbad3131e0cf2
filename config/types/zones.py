"""Letters of Availability Zones by region.

Letters stand for different zones in each account; zone ids do not. In the oldest regions an account
does not have every letter.

Sources: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html,
https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html; a test compares them with the
zones that moto knows.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Zones:
    """The zones of a region.

    Attributes:
        letters: those that every account has.
        some: those that some accounts have only.
        count: how many of all letters an account has at most.
        without_eks: ids of zones in which EKS makes no control plane.
    """

    letters: str = "abc"
    some: str = ""
    count: int = 6
    without_eks: str = ""


_EXCEPTIONS: Final = {
    "ap-northeast-1": Zones("acd", some="b"),
    "ap-northeast-2": Zones("abcd"),
    "ca-central-1": Zones("abd", some="c", without_eks="cac1-az3"),
    "cn-north-1": Zones("ab", some="cd"),
    "us-east-1": Zones("abcdef", without_eks="use1-az3"),
    "us-west-1": Zones("", some="abc", count=2, without_eks="usw1-az2"),
    "us-west-2": Zones("abcd"),
}


def zones_of(region: str) -> Zones:
    """The zones of a region; those that are no exception have three."""
    return _EXCEPTIONS.get(region, Zones())

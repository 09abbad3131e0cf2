"""Rules of the Kubernetes version: EKS's support of it, on the day of the version table.

That day is `as_of` of config/versions.yaml, not today, so that the same file is accepted or refused
whenever it is synthesized. `make versions` compares the table with AWS.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from config import versions
from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule

VERSION: Final[Path] = ("cluster", "version")
POLICY: Final[Path] = ("cluster", "upgrade_policy")

NEAR: Final = timedelta(days=60)
"""How long before the end of support a warning begins: time for one upgrade, with its tests."""

HOURS: Final = 730
STANDARD_HOUR: Final = 0.10
EXTENDED_HOUR: Final = 0.60
"""USD for each cluster and hour, the same in every region but those of China.
https://aws.amazon.com/eks/pricing/"""

PRICE: Final = f"${EXTENDED_HOUR * HOURS:.0f} instead of ${STANDARD_HOUR * HOURS:.0f} a month"


@rule("cluster")
def kubernetes_version_is_supported(environment: Environment) -> Iterator[Problem]:
    """EKS supports the Kubernetes version, with `upgrade_policy: standard` in standard support."""
    minor, table = environment.cluster.version, versions.table()
    if minor not in table.kubernetes:
        return
    entry = table.kubernetes[minor]
    if table.as_of > entry.extended_support_ends:
        message = (
            f"is out of extended support since {entry.extended_support_ends}: EKS creates no such "
            "cluster, and upgrades those that there are"
        )
        yield _refused(minor, message)
    elif _extended(minor) and environment.cluster.upgrade_policy == "standard":
        message = (
            f"is out of standard support since {entry.standard_support_ends}: with "
            "cluster.upgrade_policy: standard EKS creates no such cluster, and upgrades those "
            "that there are"
        )
        yield _refused(minor, message)


@rule("cluster", severity="warning")
def support_ends_soon(environment: Environment) -> Iterator[Problem]:
    """Standard support of the Kubernetes version ends within 60 days, or has ended."""
    cluster, table = environment.cluster, versions.table()
    entry = table.kubernetes[cluster.version]
    if _extended(cluster.version):
        message = (
            f"is in extended support since {entry.standard_support_ends}: the cluster costs "
            f"{PRICE}, until EKS upgrades it on {entry.extended_support_ends}"
        )
    elif entry.standard_support_ends - table.as_of <= NEAR:
        then = (
            "EKS upgrades the cluster then"
            if cluster.upgrade_policy == "standard"
            else f"the cluster costs {PRICE} from then on"
        )
        message = f"is near the end of its standard support, {entry.standard_support_ends}: {then}"
    else:
        return
    yield Problem(VERSION, f"{message}{_advice(cluster.version)}", cluster.version)


def _refused(minor: str, message: str) -> Problem:
    supported = [each for each in versions.minors() if not _extended(each)]
    return Problem(
        VERSION, message, minor, ", ".join(supported), supported[0] if supported else "", (POLICY,)
    )


def _extended(minor: str) -> bool:
    """Whether standard support of a minor has ended."""
    table = versions.table()
    return table.as_of > table.kubernetes[minor].standard_support_ends


def _advice(minor: str) -> str:
    newer = [each for each in versions.minors() if versions.number(each) > versions.number(minor)]
    return f"; upgrade to {newer[0]}" if newer else ""

"""Rules of addresses: nodes and pods, as many as an environment allows, have some."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from modules.capacity.addresses import (
    POOLS,
    AddressReport,
    NodeCount,
    address_report,
    pods_with_groups,
)
from rules.registration import rule

GROUPS: Final[Path] = ("cluster", "node_groups")


@rule("cluster", "network", "platform", severity="warning")
def nodes_and_pods_have_addresses(environment: Environment) -> Iterator[Problem]:
    """Subnets have addresses for full nodes, as many as limits of pools and groups allow."""
    report = address_report(environment)
    of_pods, of_nodes = "network.pods", "with network.private_subnets.prefix_length"
    if environment.network.existing is not None:
        of_pods, of_nodes = "network.existing", "in network.existing"
    for path, counts, there in _too_few(report, report.prefixes, _prefixes):
        yield Problem(
            path,
            f"{_allow(counts)} more pods than there are addresses for: {_words(counts)} hold "
            f"{sum(map(_prefixes, counts))} /28 prefixes, and the pod subnets have {there}",
            allowed=f"lower limits, a lower max_pods, or larger subnets in {of_pods}",
        )
    for path, counts, there in _too_few(report, report.node_addresses, _addresses):
        yield Problem(
            path,
            f"{_allow(counts)} more nodes than there are addresses for: {_words(counts)} hold "
            f"{sum(map(_addresses, counts))} addresses, and the private subnets have {there} "
            "besides those of load balancers and endpoints",
            allowed=f"lower limits, or larger subnets {of_nodes}",
        )


@rule("cluster", "network", "platform", "teams", severity="warning")
def pods_with_security_groups_have_addresses(environment: Environment) -> Iterator[Problem]:
    """Private subnets have addresses for full nodes and for pods with security groups.

    Their number is that of the quota, because a SecurityGroupPolicy selects pods by labels.
    """
    report = address_report(environment)
    nodes = report.held_addresses - report.pods_with_groups
    if nodes <= report.there_addresses < report.held_addresses:
        path, _ = max(pods_with_groups(environment), key=lambda found: found[1])
        yield Problem(
            path,
            "have more pods and nodes than there are addresses for: up to "
            f"{report.pods_with_groups} pods (quota.pods) hold an address each, nodes hold "
            f"{nodes}, and the private subnets have {report.there_addresses} besides those of "
            "load balancers and endpoints",
            allowed="a lower quota.pods, lower limits of nodes, or larger subnets with "
            "network.private_subnets.prefix_length",
        )


def _prefixes(count: NodeCount) -> int:
    return count.prefixes


def _addresses(count: NodeCount) -> int:
    return count.addresses


def _too_few(
    report: AddressReport, there: Mapping[str, int], held: Callable[[NodeCount], int]
) -> Iterator[tuple[Path, Sequence[NodeCount], int]]:
    """The groups and pools that find too few in their zones; else all, if they do together."""
    found = False
    for count in report.counts:
        zones = sum(there[zone] for zone in set(count.zones) & set(there))
        if held(count) > zones:
            found = True
            yield count.path, (count,), zones
    total = sum(there.values())
    if not found and sum(map(held, report.counts)) > total:
        karpenter = any(count.vcpus for count in report.counts)
        yield POOLS if karpenter else GROUPS, report.counts, total


def _allow(counts: Sequence[NodeCount]) -> str:
    return "allows" if len(counts) == 1 else "allow"


def _words(counts: Sequence[NodeCount]) -> str:
    return " and ".join(
        f"{count.nodes} nodes of {count.name}"
        + (f" with {count.vcpus} CPUs" if count.vcpus else "")
        + f" and {count.max_pods} pods each"
        for count in counts
    )

"""Warnings of instance types that the region or one of its zones does not offer.

They are no errors, because AWS adds offerings after the table was written.
"""

from collections.abc import Iterator

from config.derived import offerings
from config.environment import Environment
from config.problem import Path, Problem
from config.sections.cluster_nodes import NodeGroup
from rules.cluster.nodes import groups
from rules.registration import rule


@rule("region", "network", "cluster", severity="warning")
def types_of_groups_are_offered(environment: Environment) -> Iterator[Problem]:
    """The region offers a node group's instance types in all its zones, as far as is known.

    Zone letters stand for different zones in each account. So a zone without a type is reported
    only where the group has so many zones that it must be one of them.
    """
    for path, nodes in groups(environment):
        zones = environment.network.availability_zones
        if isinstance(nodes, NodeGroup):
            zones = nodes.zones or zones
        for index, name in enumerate(nodes.instance_types):
            place = (*path, "instance_types", index)
            yield from _offered(place, name, environment.region, len(set(zones)))


@rule("region", "platform", severity="warning")
def types_of_pools_are_offered(environment: Environment) -> Iterator[Problem]:
    """The region offers the instance types and families that a pool names, as far as is known."""
    for name, pool in environment.platform.karpenter.pools.items():
        path = ("platform", "karpenter", "node_pools", name)
        for key in ("instance_types", "instance_families"):
            for index, value in enumerate(getattr(pool, key)):
                yield from _offered((*path, key, index), value, environment.region, zones=1)


def _offered(path: Path, name: str, region: str, zones: int) -> Iterator[Problem]:
    """What is unwise about a type or family where so many zones of the region are used."""
    known = offerings.zones_with(name, region)
    if known is None:
        return
    offered, existing = known
    if offered == 0:
        yield Problem(path, f"is not offered in {region}, as far as is known", name)
    elif zones > 1 and zones > offered:
        message = (
            f"is offered in {offered} of the {existing} zones of {region}, as far as is known, and "
            f"the nodes have {zones}"
        )
        yield Problem(path, message, name)

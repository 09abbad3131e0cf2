"""Whether EC2 offers the instance types in the zones."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set

from config.derived import pool_types
from config.derived.node_pools import node_pools
from runner.check.context import CheckContext
from runner.check.finding import Finding


def find(context: CheckContext) -> Iterator[Finding]:
    """Looks at the instance types of node groups and of Karpenter's pools."""
    groups, pools = context.needs.of("aws_eks_node_group"), _pools(context)
    if not (groups or pools):
        return
    offered: dict[str, set[str]] = defaultdict(set)
    for each in context.aws.pages(
        "ec2",
        "describe_instance_type_offerings",
        "InstanceTypeOfferings",
        LocationType="availability-zone",
    ):
        offered[each["InstanceType"]].add(each["Location"])
    for group in groups:
        name = f"node group {group.name.removeprefix('node_group_')}"
        types: list[str] = group.attributes["instance_types"]
        zones = context.needs.zones(group.attributes["subnet_ids"])
        unknown = [each for each in types if not offered.get(each)]
        if unknown:
            yield Finding(
                "error",
                name,
                f"{', '.join(unknown)} is not offered in {context.environment.region}",
                ", ".join(types),
                "Name instance types that the region offers.",
            )
        else:
            yield _by_zone(name, offered, types, zones)
    for name, (types, zones) in pools.items():
        yield _by_zone(f"NodePool {name}", offered, types, zones)


def _pools(context: CheckContext) -> dict[str, tuple[list[str], list[str]]]:
    """Types and zones of the pools, as Karpenter would choose them."""
    environment = context.environment
    if not context.needs.custom_resources("NodePool"):
        return {}
    return {
        name: (
            list(pool_types.candidate_names(pool)),
            [
                f"{environment.region}{zone}"
                for zone in sorted(pool.zones or environment.network.availability_zones)
            ],
        )
        for name, pool in node_pools(environment).items()
    }


def _by_zone(
    name: str, offered: Mapping[str, Set[str]], types: list[str], zones: list[str]
) -> Finding:
    needed = f"{_types(types)} in {', '.join(zones)}"
    without = [zone for zone in zones if not any(zone in offered.get(each, ()) for each in types)]
    if not without:
        return Finding("ok", name, "offered in each zone", needed)
    if len(without) == len(zones):
        return Finding(
            "error", name, "not offered in these zones", needed, "Name other instance types."
        )
    return Finding(
        "warning",
        name,
        f"not offered in {', '.join(without)}",
        needed,
        "Name further instance types, or expect nodes in the other zones only.",
    )


def _types(types: list[str]) -> str:
    return ", ".join(types) if len(types) <= 3 else f"one of {len(types)} types"  # noqa: PLR2004

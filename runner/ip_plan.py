"""Prints the IP plan of an environment: subnets, reservations, pods and free addresses."""

from ipaddress import IPv4Network
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from config.derived import ip_plan
from config.derived.ip_plan import (
    LABELS,
    PREFIX_LENGTH,
    WARM_PREFIXES,
    IpPlan,
    PlannedSubnet,
    prefixes_of_node,
)
from config.environment import Environment
from modules.capacity.addresses import pods_with_groups
from runner.tables import print_table


def print_ip_plan(environment: Environment, console: Console) -> None:
    """Prints the table of the subnets, and how many pods and free addresses there are."""
    plan = ip_plan.plan(environment.network)
    print_table(_subnets(environment, plan), console)
    console.print(_pods(environment, plan))
    if pods := sum(pods for _, pods in pods_with_groups(environment)):
        console.print(
            f"Up to {pods} pods with security groups, as many as quotas allow, have an address each"
            " in the private subnets."
        )
    if environment.network.existing is None:
        console.print(_free(plan))


def ip_plan_data(environment: Environment) -> dict[str, Any]:
    """The plan for a machine."""
    plan = ip_plan.plan(environment.network)
    return {
        "region": environment.region,
        "cidrs": [str(cidr) for cidr in plan.cidrs],
        "subnets": [
            {
                "tier": tier,
                "zone": f"{environment.region}{subnet.zone}",
                "id": subnet.id,
                "cidr": str(subnet.cidr),
                "usable_addresses": subnet.usable_addresses,
                "reservations": [str(block) for block in subnet.reservations],
                "prefixes": _prefixes(subnet) if tier == "pods" else None,
            }
            for tier in ip_plan.TIERS
            for subnet in plan.tier(tier).values()
        ],
        "pods_with_groups": sum(pods for _, pods in pods_with_groups(environment)),
        "free": [str(block) for block in sorted(plan.free, key=_by_size)],
    }


def _prefixes(subnet: PlannedSubnet) -> int:
    """What others reserve in a subnet of theirs is not known."""
    return subnet.assignable_prefixes if subnet.id else subnet.prefixes


def _pods(environment: Environment, plan: IpPlan) -> str:
    if environment.network.existing is not None:
        return _existing_pods(plan)
    subnets = plan.tier("pods").values()
    pods = sum(subnet.pods for subnet in subnets)
    if not pods:
        return "No prefixes are reserved: how many pods fit depends on fragmentation."
    lines = [
        f"{pods} pods fit into the reserved prefixes of {len(subnets)} zones; if one zone"
        f" fails, {pods - max(subnet.pods for subnet in subnets)} still do."
    ]
    for limit in sorted(_pod_limits(environment)):
        held = prefixes_of_node(limit)
        nodes = [subnet.prefixes // held for subnet in subnets]
        lines.append(
            f"A node with {limit} pods holds {held} prefixes, {WARM_PREFIXES} of them for further"
            f" pods: {sum(nodes)} such nodes have prefixes, {sum(nodes) - max(nodes)} if one zone"
            " fails."
        )
    return "\n".join(lines)


def _existing_pods(plan: IpPlan) -> str:
    prefixes = [subnet.assignable_prefixes for subnet in plan.used("pods").values()]
    where = "subnets of pods" if plan.tier("pods") else "private subnets, which nodes also use,"
    return (
        f"The {where} have {sum(prefixes)} /28 prefixes, where they are empty; if one zone fails, "
        f"{sum(prefixes) - max(prefixes)}. How many pods fit depends on fragmentation."
    )


def _pod_limits(environment: Environment) -> set[int]:
    """The different values of `max_pods`."""
    cluster = environment.cluster
    system = () if cluster.auto_mode else (cluster.system_nodes,)
    limits = {group.max_pods for group in (*system, *cluster.node_groups.values())}
    if cluster.autoscaler == "karpenter":
        limits |= {each.max_pods for each in environment.platform.karpenter.classes.values()}
    return limits


def _subnets(environment: Environment, plan: IpPlan) -> Table:
    cidrs = " and ".join(map(str, plan.cidrs))
    table = Table(
        title=f"IP plan of {environment.name}: {cidrs} in {environment.region}",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        collapse_padding=True,
        pad_edge=False,
    )
    for heading in ("Tier", "Zone", "Subnet"):
        table.add_column(heading)
    table.add_column("Usable", justify="right")
    table.add_column("Reserved\nfor prefixes")
    table.add_column("/28", justify="right")
    table.add_column("Pods", justify="right")
    for tier in ip_plan.TIERS:
        for subnet in plan.tier(tier).values():
            table.add_row(*_row(environment, subnet))
        table.add_section()
    return table


def _row(environment: Environment, subnet: PlannedSubnet) -> tuple[str, ...]:
    of_pods = subnet.tier == "pods"
    prefixes = _prefixes(subnet)
    return (
        LABELS[subnet.tier],
        f"{environment.region}{subnet.zone}",
        str(subnet.cidr),
        str(subnet.usable_addresses),
        "\n".join(map(str, subnet.reservations)),
        str(prefixes) if of_pods else "",
        str(prefixes << (32 - PREFIX_LENGTH)) if of_pods else "",
    )


def _free(plan: IpPlan) -> str:
    free = sum(block.num_addresses for block in plan.free)
    blocks = ", ".join(map(str, sorted(plan.free, key=_by_size)))
    whole = sum(cidr.num_addresses for cidr in plan.cidrs)
    return f"{free} addresses, {free / whole:.0%} of the VPC, are free: {blocks}"


def _by_size(block: IPv4Network) -> tuple[int, IPv4Network]:
    return block.prefixlen, block

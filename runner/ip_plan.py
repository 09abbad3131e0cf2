"""Prints an environment's IP plan: who gets which addresses, and how many pods that holds."""

from ipaddress import IPv4Network

from rich.console import Console
from rich.table import Table

from config import ip_plan
from config.environment import Environment
from config.ip_plan import IpPlan, PlannedSubnet


def print_ip_plan(environment: Environment, console: Console) -> None:
    """Prints subnets, reservations, pods and free space of an environment's VPC.

    Args:
        environment: the environment.
        console: where to print.
    """
    plan = ip_plan.plan(environment.network)
    console.print(_subnets(environment, plan))
    private = plan.tier("private").values()
    pods = sum(subnet.pods for subnet in private)
    if pods:
        console.print(
            f"{pods} pods fit into the reserved prefixes of {len(private)} zones; if one zone"
            f" fails, {pods - max(subnet.pods for subnet in private)} still do."
        )
    else:
        console.print("No prefixes are reserved: how many pods fit depends on fragmentation.")
    console.print(_free(plan))


def _subnets(environment: Environment, plan: IpPlan) -> Table:
    table = Table(title=f"IP plan of {environment.name}: {plan.cidr} in {environment.region}")
    for heading in ("Tier", "Zone", "Subnet"):
        table.add_column(heading)
    table.add_column("Usable addresses", justify="right")
    table.add_column("Reserved for prefixes")
    table.add_column("/28 prefixes", justify="right")
    table.add_column("Pods that fit", justify="right")
    for tier in ip_plan.TIERS:
        for subnet in plan.tier(tier).values():
            table.add_row(*_row(environment, subnet))
        table.add_section()
    return table


def _row(environment: Environment, subnet: PlannedSubnet) -> tuple[str, ...]:
    private = subnet.tier == "private"
    return (
        subnet.tier,
        f"{environment.region}{subnet.zone}",
        str(subnet.cidr),
        str(subnet.usable_addresses),
        ", ".join(map(str, subnet.reservations)),
        str(subnet.prefixes) if private else "",
        str(subnet.pods) if private else "",
    )


def _free(plan: IpPlan) -> str:
    free = sum(block.num_addresses for block in plan.free)
    blocks = ", ".join(map(str, sorted(plan.free, key=_by_size)))
    return f"{free} addresses, {free / plan.cidr.num_addresses:.0%} of the VPC, are free: {blocks}"


def _by_size(block: IPv4Network) -> tuple[int, IPv4Network]:
    return block.prefixlen, block

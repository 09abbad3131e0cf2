"""Prints the IP plan of an environment: subnets, reservations, pods and free addresses."""

from ipaddress import IPv4Network
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from config.derived import ip_plan
from config.derived.ip_plan import IpPlan, PlannedSubnet
from config.environment import Environment

UNLIMITED: Final = 1000
"""Columns; wider than any table."""


def print_ip_plan(environment: Environment, console: Console) -> None:
    """Prints the table at its full width: a narrow terminal wraps its lines and cuts no address."""
    plan = ip_plan.plan(environment.network)
    table = _subnets(environment, plan)
    table.width = console.measure(
        table, options=console.options.update(max_width=UNLIMITED)
    ).maximum
    console.print(table, crop=False)
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
    table = Table(
        title=f"IP plan of {environment.name}: {plan.cidr} in {environment.region}",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        collapse_padding=True,
        pad_edge=False,
    )
    for heading in ("Tier", "Zone", "Subnet"):
        table.add_column(heading)
    table.add_column("Usable", justify="right")
    table.add_column("Reserved\nfor prefixes")
    table.add_column("/28\nprefixes", justify="right")
    table.add_column("Pods", justify="right")
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
        "\n".join(map(str, subnet.reservations)),
        str(subnet.prefixes) if private else "",
        str(subnet.pods) if private else "",
    )


def _free(plan: IpPlan) -> str:
    free = sum(block.num_addresses for block in plan.free)
    blocks = ", ".join(map(str, sorted(plan.free, key=_by_size)))
    return f"{free} addresses, {free / plan.cidr.num_addresses:.0%} of the VPC, are free: {blocks}"


def _by_size(block: IPv4Network) -> tuple[int, IPv4Network]:
    return block.prefixlen, block

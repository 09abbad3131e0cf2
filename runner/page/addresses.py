"""The addresses of a VPC, drawn to scale: equal areas are equally many addresses.

A CIDR block of the VPC is 16 rows, which are read like lines of text. As blocks are aligned to
their size, each is a rectangle: a part of a row, or whole rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from ipaddress import IPv4Network
from typing import Final

from config.derived import ip_plan
from config.derived.ip_plan import LABELS, TIERS, IpPlan, PlannedSubnet

ROWS: Final = 16
WIDTH: Final = 1040
ROW_HEIGHT: Final = 30
HEIGHT: Final = ROWS * ROW_HEIGHT

MARGIN: Final = 96
"""Left of the drawing, for the first address of each row."""

LEAST_LABEL: Final = (60, 24)
"""The width and height of the smallest block with a label; smaller ones have a tooltip only."""

WHOLE_CIDR: Final = 100
"""The width of the narrowest block with room for a whole CIDR block as text."""


@dataclass(frozen=True)
class Block:
    """A rectangle of a drawing, in its units.

    Attributes:
        kind: a tier, `free` or `reservation`.
        label: what it is; empty where it is too small for text.
        text: its CIDR block; without the first two numbers where it is narrow.
        title: the same with the number of its addresses.
    """

    kind: str
    cidr: str
    label: str
    text: str
    title: str
    x: str
    y: str
    width: str
    height: str
    middle_x: str
    middle_y: str


@dataclass(frozen=True)
class Drawing:
    """A CIDR block of a VPC.

    Attributes:
        rows: the first address of each row, with its middle.
        blocks: subnets, their reservations, and free blocks.
        description: the same in words.
    """

    cidr: str
    rows: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    description: str


def drawings(plan: IpPlan) -> list[Drawing]:
    """A drawing of each CIDR block."""
    return [_drawing(plan, cidr) for cidr in plan.cidrs]


def spare_label(plan: IpPlan) -> str:
    """What blocks outside all subnets are called: in a VPC of others they need not be free."""
    return "not in the file" if any(subnet.id for subnet in plan.subnets) else "free"


def _drawing(plan: IpPlan, cidr: IPv4Network) -> Drawing:
    free = [block for block in plan.free if block.subnet_of(cidr)]
    own = [subnet for subnet in plan.subnets if subnet.cidr.subnet_of(cidr)]
    blocks = [_block(cidr, block, "free", spare_label(plan)) for block in free]
    for subnet in sorted(own, key=lambda each: each.cidr):
        label = f"{LABELS[subnet.tier]} {subnet.zone}"
        blocks.append(_block(cidr, subnet.cidr, subnet.tier, label))
        blocks += [_block(cidr, each, "reservation", "") for each in subnet.reservations]
    step = cidr.num_addresses // ROWS
    rows = tuple(
        (str(cidr[index * step]), _number(Fraction(index * ROW_HEIGHT) + ROW_HEIGHT // 2))
        for index in range(ROWS if step else 0)
    )
    spare = sum(block.num_addresses for block in free)
    counts = [
        f"{len(found)} {LABELS[tier]} subnets"
        for tier in TIERS
        if (found := [each for each in own if each.tier == tier])
    ]
    description = (
        f"{cidr} with {cidr.num_addresses} addresses: {', '.join(counts) or 'no subnets'}, and "
        f"{spare} addresses {spare_label(plan)}. The table has each subnet."
    )
    return Drawing(str(cidr), rows, tuple(blocks), description)


def _block(parent: IPv4Network, block: IPv4Network, kind: str, label: str) -> Block:
    row = Fraction(parent.num_addresses, ROWS)
    start, size = int(block[0]) - int(parent[0]), block.num_addresses
    if size >= row:
        x, width = Fraction(0), Fraction(WIDTH)
        y, height = start / row * ROW_HEIGHT, size / row * ROW_HEIGHT
    else:
        x, width = start % row / row * WIDTH, size / row * WIDTH
        y, height = Fraction(start // row * ROW_HEIGHT), Fraction(ROW_HEIGHT)
    shown = width >= LEAST_LABEL[0] and height >= LEAST_LABEL[1]
    title = f"{label or 'reserved for prefixes'}: {block}, {size} addresses"
    # The label of a tall block is in its first row, above the reservations.
    numbers = (x, y, width, height, x + width / 2, y + min(height, Fraction(ROW_HEIGHT)) / 2)
    text = str(block) if width >= WHOLE_CIDR else f".{str(block).split('.', 2)[2]}"
    return Block(kind, str(block), label if shown else "", text, title, *map(_number, numbers))


def _number(value: Fraction) -> str:
    """A coordinate with at most three digits after the point."""
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def rows_of_table(plan: IpPlan) -> Iterator[tuple[str, list[PlannedSubnet | None]]]:
    """For each tier its subnets in the order of `zones`; None where a zone has none."""
    zones = zones_of(plan)
    for tier in ip_plan.TIERS:
        found = plan.tier(tier)
        if found:
            yield LABELS[tier], [found.get(zone) for zone in zones]


def zones_of(plan: IpPlan) -> list[str]:
    """The letters of all zones that have a subnet."""
    return sorted({subnet.zone for subnet in plan.subnets})

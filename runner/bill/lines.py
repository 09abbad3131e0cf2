"""The lines of a bill: what each resource costs, fixed and assumed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from runner.bill.prices import Price

CENT: Final = Decimal("0.01")


@dataclass(frozen=True)
class Item:
    """Something of a resource that has a price.

    Attributes:
        what: what it is, for example `data processed`.
        price: a key of the prices, for example `nat_gateway.zonal_gb`; empty for an instance.
        quantity: how much of it in a month, in the unit of the price.
        assumed: the setting of `bill` that the quantity comes from; empty where the
            configuration fixes it.
        instance: the instance type whose hours these are.
        spot: whether these are hours of Spot Instances.
        fee: whether it is the fee of EKS Auto Mode for these hours.
    """

    what: str
    price: str
    quantity: Decimal
    assumed: str = ""
    instance: str = ""
    spot: bool = False
    fee: bool = False


@dataclass(frozen=True)
class BillLine:
    """An item of a resource with its price.

    Attributes:
        price: None where there is none for the region.
    """

    stack: str
    address: str
    region: str
    item: Item
    price: Price | None

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies the line in another bill."""
        return self.stack, self.address, self.item.what

    @property
    def amount(self) -> Decimal:
        """USD per month, rounded to cents; 0 without a price."""
        if self.price is None:
            return Decimal(0)
        return cents(self.price.amount(self.item.quantity))


@dataclass(frozen=True)
class Pool:
    """A node pool of Karpenter in a bill.

    Attributes:
        instance_type: the type that its nodes are counted as; empty where none is known.
        nodes: how many are assumed.
        most: how many of this type the limits of the pool allow.
        most_amount: USD per month of instances and volumes at these limits, on demand and in all
            hours; None without a price.
    """

    name: str
    instance_type: str
    nodes: int
    most: int
    most_amount: Decimal | None


@dataclass(frozen=True)
class MonthlyBill:
    """What an environment costs in a month.

    Attributes:
        environment: its name.
        day: the day that the bill is for; extended support of Kubernetes depends on it.
        pools: the node pools of Karpenter.
        free: types of resources that cost nothing, with the reason.
        not_counted: types of resources that may cost something that the bill does not have, with
            the reason.
        unknown: types of resources of which nothing is known.
        counts: number of resources of each type.
        notes: further sentences about it.
    """

    environment: str
    region: str
    day: str
    lines: tuple[BillLine, ...]
    pools: tuple[Pool, ...] = ()
    free: dict[str, str] = field(default_factory=dict)
    not_counted: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def fixed(self) -> Decimal:
        """USD of what the configuration fixes."""
        return total(line for line in self.lines if not line.item.assumed)

    @property
    def assumed(self) -> Decimal:
        """USD of what is assumed."""
        return total(line for line in self.lines if line.item.assumed)

    @property
    def total(self) -> Decimal:
        """USD of both."""
        return self.fixed + self.assumed

    @property
    def without_price(self) -> list[BillLine]:
        """The lines that have no price in their region."""
        return [line for line in self.lines if line.price is None and line.item.quantity]

    def marked(self, mark: str) -> Decimal:
        """USD of the lines whose price has a mark."""
        return total(line for line in self.lines if line.price and line.price.mark == mark)

    @property
    def stacks(self) -> list[str]:
        """The stacks that have lines, in the order of apply."""
        return list(dict.fromkeys(line.stack for line in self.lines))


def cents(amount: Decimal) -> Decimal:
    """An amount, rounded to cents."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def total(lines: Iterable[BillLine]) -> Decimal:
    """The sum of the rounded amounts of lines."""
    return sum((line.amount for line in lines), Decimal(0))

"""Makes the bill of an environment: its resources times the prices of their regions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from config.environment import Environment
from runner.bill import karpenter
from runner.bill.lines import BillLine, Item, MonthlyBill
from runner.bill.notes import notes
from runner.bill.prices import Price, PriceBook, Rates, RegionPrices
from runner.bill.resource import BilledResource, resources_of
from runner.bill.rules import items, types
from runner.bill.traffic import environment_items
from runner.bill.use import MONTH, Use
from runner.manifest import Stack

WHOLE: Final = "environment"
"""Stack and address of what belongs to no single resource."""


def make_bill(
    environment: Environment,
    stacks: Sequence[Stack],
    day: date,
    book: PriceBook | None = None,
) -> MonthlyBill:
    """The bill of an environment for a month.

    Args:
        stacks: its synthesized stacks.
        day: a day of the month; extended support of Kubernetes costs more from a day on.
    """
    return bill_of(environment, list(resources_of(stacks, environment.region)), day, book)


def bill_of(
    environment: Environment,
    resources: Sequence[BilledResource],
    day: date,
    book: PriceBook | None = None,
) -> MonthlyBill:
    """The same of resources that are given."""
    book, rates = book or PriceBook(), Rates()
    own = book.region(environment.region)
    pools = karpenter.pools(environment, own)
    hours = Decimal(environment.bill.node_hours) / MONTH
    use = Use(environment, day, sum(pool.vcpus for pool in pools) * hours)
    lines = [
        BillLine(each.stack, each.address, each.region, _times(item, each.count), price)
        for each in resources
        for item in items(each, use)
        for price in [_price(item, book.region(each.region), each.region, rates)]
    ]
    whole = [(f"NodePool/{each.name}", item) for each in pools for item in each.items(environment)]
    whole += [(WHOLE, item) for item in environment_items(resources, use)]
    lines += [
        BillLine(
            WHOLE, address, environment.region, item, _price(item, own, environment.region, rates)
        )
        for address, item in whole
    ]
    counts, known = Counter(each.type for each in resources), types()
    return MonthlyBill(
        environment=environment.name,
        region=environment.region,
        day=day.isoformat(),
        lines=tuple(line for line in lines if line.item.quantity),
        pools=karpenter.summaries(pools, own, environment),
        free={name: known.free[name] for name in sorted(counts) if name in known.free},
        not_counted={
            name: known.not_counted[name] for name in sorted(counts) if name in known.not_counted
        },
        unknown=tuple(sorted(name for name in counts if not known.knows(name))),
        counts=dict(sorted(counts.items())),
        notes=tuple(notes(environment, resources, own, day)),
    )


def _price(item: Item, prices: RegionPrices, region: str, rates: Rates) -> Price | None:
    if not item.instance:
        return prices.get(item.price)
    on_demand = prices.instance(item.instance)
    if on_demand is not None and item.fee:
        return rates.auto_mode(on_demand, item.instance)
    if on_demand is None or not item.spot:
        return on_demand
    return rates.spot(region, on_demand, item.instance.partition(".")[0])


def _times(item: Item, count: int) -> Item:
    if count == 1:
        return item
    return replace(item, quantity=item.quantity * count)

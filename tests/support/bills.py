"""Bills for tests: of examples, and of resources that a test makes up."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from config.environment import Environment
from runner.bill.calculate import bill_of, make_bill
from runner.bill.lines import MonthlyBill
from runner.bill.prices import PriceBook
from runner.bill.resource import BilledResource
from runner.manifest import by_environment, read_manifest
from support.environments import environment
from support.output import Output

DAY: Final = date(2026, 11, 28)
"""The day of the newest prices, so that no test depends on the clock."""


def bill_of_example(output: Output, loaded: Environment, day: date = DAY) -> MonthlyBill:
    """The bill of an environment of the synthesized examples."""
    return make_bill(loaded, by_environment(read_manifest(output.path))[loaded.name], day)


def bill_of_resources(
    made: dict[str, dict[str, Any]],
    day: date = DAY,
    book: PriceBook | None = None,
    **settings: Any,
) -> MonthlyBill:
    """The bill of resources by address, in an environment with some settings."""
    loaded = environment(**settings)
    siblings: dict[str, dict[str, Any]] = {}
    for address, body in made.items():
        type_, _, name = address.partition(".")
        siblings.setdefault(type_, {})[name] = body
    resources = [
        BilledResource("stack", type_, name, body.get("region", loaded.region), body, siblings)
        for type_, bodies in siblings.items()
        for name, body in bodies.items()
    ]
    return bill_of(loaded, resources, day, book)


def amounts(bill: MonthlyBill) -> dict[tuple[str, str], Decimal]:
    """The amounts by address and what they are for, without those of the whole environment."""
    return {
        (line.address, line.item.what): line.amount
        for line in bill.lines
        if line.stack == "stack" and line.price is not None
    }


def price_book(folder: Path, region: str, prices: dict[str, str]) -> PriceBook:
    """A book with prices of one region."""
    entries = {
        key: {"unit": "piece", "price": price, "mark": "listed", "source": "memory", "date": "2026"}
        for key, price in prices.items()
    }
    document = {"region": region, "prices": entries, "instances": {"prices": {}}}
    (folder / f"{region}.json").write_text(json.dumps(document))
    return PriceBook(folder)

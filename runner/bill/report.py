"""Prints a bill for people."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from rich.console import Console
from rich.table import Table

from runner.bill.commitments import WhatIf
from runner.bill.compare import BillChange
from runner.bill.lines import BillLine, MonthlyBill, Pool, total
from runner.bill.prices import Price, sources
from runner.bill.use import MONTH
from runner.tables import print_table

LETTERS: Final = {"listed": "", "derived": "d", "memory": "m"}
"""What stands behind the date of a price that no document lists."""

INTRODUCTION: Final = (
    f"USD per month of {MONTH} hours, without tax, discounts and support. An estimate, no "
    "quotation."
)


def print_bill(bill: MonthlyBill, console: Console) -> None:
    """Prints the lines of each stack, fixed and assumed apart, the sums, and what is missing."""
    for stack in bill.stacks:
        print_table(_stack(bill, stack), console)
    print_table(_sums(bill), console)
    if bill.pools:
        print_table(_pools(bill.pools), console)
    for sentence in sentences(bill):
        console.print(sentence, markup=False)


def print_what_if(bill: MonthlyBill, found: Sequence[WhatIf], console: Console) -> None:
    """Prints what plans would save on the hours on demand."""
    if not found:
        text = "There is no rate of a Savings Plan or reservation for the instances of"
        console.print(f"{text} {bill.environment}.")
        return
    table = _table(
        "Savings Plans and Reserved Instances, if they covered all hours on demand of "
        f"{bill.environment}"
    )
    table.add_column("Plan")
    for heading in ("Covered", "Saved", "of it fixed"):
        table.add_column(heading, justify="right")
    table.add_column("Without a rate")
    table.add_column("Rate of")
    for each in found:
        plan = each.plan
        table.add_row(
            plan.name,
            f"{each.covered:.2f}",
            f"{each.saved:.2f}",
            f"{each.saved_fixed:.2f}",
            ", ".join(each.without_rate),
            f"{plan.date} {LETTERS[plan.mark]}".strip(),
        )
    print_table(table, console)


def print_changes(
    before: MonthlyBill,
    after: MonthlyBill,
    name: str,
    found: Sequence[BillChange],
    console: Console,
) -> None:
    """Prints the difference to another bill for each resource."""
    table = _table(f"{after.environment} against {name}")
    table.add_column("Stack")
    table.add_column("Resource", overflow="fold")
    table.add_column("What")
    for heading in ("Before", "After", "Difference"):
        table.add_column(heading, justify="right")
    for each in found:
        before_after = (
            "" if amount is None else f"{amount:.2f}" for amount in (each.before, each.after)
        )
        difference = "no price" if each.without_price else f"{each.difference:+.2f}"
        table.add_row(each.stack, each.address, each.what, *before_after, difference)
    table.add_section()
    for label, sides in (
        ("Fixed", (before.fixed, after.fixed)),
        ("Assumed", (before.assumed, after.assumed)),
        ("Sum", (before.total, after.total)),
    ):
        table.add_row(
            label, "", "", *(f"{side:.2f}" for side in sides), f"{sides[1] - sides[0]:+.2f}"
        )
    print_table(table, console)


def sentences(bill: MonthlyBill) -> Iterable[str]:
    """What a reader must know of a bill besides its numbers."""
    yield INTRODUCTION
    yield from bill.notes
    for line in bill.without_price:
        quantity = number(line.item.quantity)
        yield (
            f"No price in {line.region}, so it is in no sum: {line.address}, {line.item.what}, "
            f"{quantity} of {line.item.instance or line.item.price} a month."
        )
    derived, memory = bill.marked("derived"), bill.marked("memory")
    yield (
        f"Prices marked d are derived from others ({derived} USD of the sum), those marked m come "
        f"from no document ({memory} USD)."
    )
    prices = [line.price for line in bill.lines if line.price]
    dates = sorted({each.date for each in prices if each.mark != "memory" and each.date})
    if dates:
        yield f"Of the others, the oldest is of {dates[0]}, the newest of {dates[-1]}."
    for source in sorted({line.price.source for line in bill.lines if line.price}):
        yield f"Source {source}: {sources()[source]}."
    free = sum(bill.counts[each] for each in bill.free)
    yield f"Free by themselves: {free} resources of {len(bill.free)} types; JSON has the reasons."
    for name, reason in bill.not_counted.items():
        yield f"Not counted: {bill.counts[name]} {name}: {reason}."
    for name in bill.unknown:
        yield f"Unknown: {bill.counts[name]} {name}: the bill does not know what they cost."


def number(quantity: Decimal) -> str:
    """A quantity with at most two digits after the point."""
    text = f"{quantity:.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _table(title: str) -> Table:
    return Table(title=title)


def _stack(bill: MonthlyBill, stack: str) -> Table:
    lines = [line for line in bill.lines if line.stack == stack]
    table = _table(f"{bill.environment}: {stack}")
    table.add_column("Resource", overflow="fold")
    table.add_column("What")
    for heading in ("Quantity", "USD each", "USD"):
        table.add_column(heading, justify="right")
    for heading in ("Price of", "Assumed"):
        table.add_column(heading)
    fixed = [line for line in lines if not line.item.assumed]
    assumed = [line for line in lines if line.item.assumed]
    for label, part in (("Fixed", fixed), ("Assumed", assumed)):
        if part:
            for line in part:
                table.add_row(*_cells(line))
            table.add_row(f"[bold]{label}[/]", "", "", "", f"[bold]{total(part):.2f}[/]", "", "")
            table.add_section()
    return table


def _cells(line: BillLine) -> tuple[str, ...]:
    price, item = line.price, line.item
    address = line.address.replace("[", r"\[")
    if price is None:
        return address, item.what, number(item.quantity), "no price", "", line.region, item.assumed
    amount, quantity = f"{line.amount:.2f}", f"{number(item.quantity)} {price.unit}"
    each = each_of(price)
    return address, item.what, quantity, each, amount, _dated(price), item.assumed


def each_of(price: Price) -> str:
    """The unit price; the first one that costs something, where tiers follow."""
    each = f"{price.first.normalize():f}"
    return f"{each}, tiers" if len(price.tiers) > 1 else each


def _dated(price: Price) -> str:
    return f"{price.date} {LETTERS[price.mark]}".strip()


def _sums(bill: MonthlyBill) -> Table:
    table = _table(f"{bill.environment} in {bill.region}, {bill.day}")
    table.add_column("Stack")
    for heading in ("Fixed", "Assumed", "Sum"):
        table.add_column(heading, justify="right")
    for stack in bill.stacks:
        lines = [line for line in bill.lines if line.stack == stack]
        fixed = total(line for line in lines if not line.item.assumed)
        assumed = total(line for line in lines if line.item.assumed)
        table.add_row(stack, f"{fixed:.2f}", f"{assumed:.2f}", f"{fixed + assumed:.2f}")
    table.add_section()
    table.add_row("Sum", f"{bill.fixed:.2f}", f"{bill.assumed:.2f}", f"{bill.total:.2f}")
    return table


def _pools(pools: Sequence[Pool]) -> Table:
    table = _table("Nodes of the pools: assumed, and at the limits, which are in no sum")
    for heading in ("Pool", "Counted as"):
        table.add_column(heading)
    for heading in ("Assumed nodes", "At most", "USD at most, on demand"):
        table.add_column(heading, justify="right")
    for each in pools:
        amount = "no price" if each.most_amount is None else f"{each.most_amount:.2f}"
        type_ = each.instance_type or "no type with a price"
        table.add_row(each.name, type_, str(each.nodes), str(each.most), amount)
    return table

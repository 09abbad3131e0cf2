"""What Savings Plans and reservations would save on the instances of a bill."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from runner.bill.lines import BillLine, MonthlyBill, cents, total
from runner.bill.prices import DiscountPlan, Rates


@dataclass(frozen=True)
class WhatIf:
    """A plan, if it covered all hours on demand that it has a rate for.

    Attributes:
        covered: USD per month of these hours on demand.
        covered_fixed: the part of it that the configuration fixes.
        saved: USD per month that the plan takes off.
        saved_fixed: the part of it on what the configuration fixes.
        without_rate: instance types of which no rate is known.
    """

    plan: DiscountPlan
    covered: Decimal
    covered_fixed: Decimal
    saved: Decimal
    saved_fixed: Decimal
    without_rate: tuple[str, ...]


def what_if(bill: MonthlyBill) -> list[WhatIf]:
    """All plans that have a rate for an instance type of the bill in its region.

    A plan whose source names no region counts in all of them, and is marked `memory`.
    """
    lines = [
        line for line in bill.lines if line.item.instance and not (line.item.spot or line.item.fee)
    ]
    found: list[WhatIf] = []
    for plan in Rates().plans:
        if plan.region not in {"", bill.region}:
            continue
        covered = [line for line in lines if line.price and _family(line) in plan.off]
        if covered:
            fixed = [line for line in covered if not line.item.assumed]
            missing = {line.item.instance for line in lines if _family(line) not in plan.off}
            amounts = total(covered), total(fixed), _saved(covered, plan), _saved(fixed, plan)
            found.append(WhatIf(plan, *amounts, tuple(sorted(missing))))
    return found


def _saved(lines: Sequence[BillLine], plan: DiscountPlan) -> Decimal:
    return sum((cents(line.amount * plan.off[_family(line)]) for line in lines), Decimal(0))


def _family(line: BillLine) -> str:
    return line.item.instance.partition(".")[0]

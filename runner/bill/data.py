"""A bill as JSON."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from runner.bill.commitments import WhatIf
from runner.bill.compare import BillChange
from runner.bill.lines import BillLine, MonthlyBill, Pool
from runner.bill.prices import MARKS, Price, sources
from runner.bill.use import MONTH


def as_data(bill: MonthlyBill, plans: Sequence[WhatIf]) -> dict[str, Any]:
    """A bill, with amounts as numbers that are rounded to cents."""
    used = sorted({line.price.source for line in bill.lines if line.price})
    return {
        "environment": bill.environment,
        "region": bill.region,
        "day": bill.day,
        "currency": "USD",
        "hours_per_month": int(MONTH),
        "fixed": float(bill.fixed),
        "assumed": float(bill.assumed),
        "total": float(bill.total),
        "by_mark": {mark: float(bill.marked(mark)) for mark in MARKS},
        "lines": [_line(line) for line in bill.lines],
        "karpenter": [_pool(pool) for pool in bill.pools],
        "commitments": [_what_if(each) for each in plans],
        "free": {
            name: {"resources": bill.counts[name], "reason": reason}
            for name, reason in bill.free.items()
        },
        "not_counted": {
            name: {"resources": bill.counts[name], "reason": reason}
            for name, reason in bill.not_counted.items()
        },
        "unknown": {name: bill.counts[name] for name in bill.unknown},
        "notes": list(bill.notes),
        "sources": {name: sources()[name] for name in used},
    }


def comparison(before: MonthlyBill, name: str, found: Sequence[BillChange]) -> dict[str, Any]:
    """The difference to another bill."""
    return {
        "name": name,
        "environment": before.environment,
        "fixed": float(before.fixed),
        "assumed": float(before.assumed),
        "total": float(before.total),
        "changes": [
            {
                "stack": each.stack,
                "address": each.address,
                "what": each.what,
                "before": _float(each.before),
                "after": _float(each.after),
                "difference": None if each.without_price else float(each.difference),
            }
            for each in found
        ],
    }


def _line(line: BillLine) -> dict[str, Any]:
    item = line.item
    return {
        "stack": line.stack,
        "address": line.address,
        "region": line.region,
        "what": item.what,
        "quantity": float(round(item.quantity, 6)),
        "assumed": item.assumed or None,
        "instance_type": item.instance or None,
        "price": None if line.price is None else _price(line.price),
        "amount": None if line.price is None else float(line.amount),
    }


def _price(price: Price) -> dict[str, Any]:
    return {
        "unit": price.unit,
        "tiers": [
            {"from": float(tier.start), "to": _float(tier.end), "usd": float(tier.price)}
            for tier in price.tiers
        ],
        "mark": price.mark,
        "source": price.source,
        "date": price.date,
    }


def _pool(pool: Pool) -> dict[str, Any]:
    return {
        "pool": pool.name,
        "instance_type": pool.instance_type or None,
        "nodes": pool.nodes,
        "most": pool.most,
        "amount_at_most": _float(pool.most_amount),
    }


def _what_if(each: WhatIf) -> dict[str, Any]:
    return {
        "plan": each.plan.name,
        "mark": each.plan.mark,
        "source": each.plan.source,
        "date": each.plan.date,
        "covered": float(each.covered),
        "saved": float(each.saved),
        "saved_fixed": float(each.saved_fixed),
        "without_rate": list(each.without_rate),
    }


def _float(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)

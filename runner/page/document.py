"""A page as HTML: one file without scripts, which loads nothing when it is looked at."""

from decimal import Decimal
from pathlib import Path
from typing import Final

from jinja2 import Environment as Templates
from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from config.derived.ip_plan import LABELS, PREFIX_LENGTH
from config.types.quantity import MEBIBYTE
from runner.bill.report import sentences
from runner.capacity import LABELS as CAPACITY_LABELS
from runner.page import addresses, costs
from runner.page.connections import NO_POLICY
from runner.page.difference import PageDifference
from runner.page.facts import Facts

FOLDER: Final = Path(__file__).with_name("templates")

PODS_PER_PREFIX: Final = 1 << (32 - PREFIX_LENGTH)

LEGEND: Final = {**LABELS, "reservation": "reserved for prefixes of pods"}


def html(facts: Facts, difference: PageDifference | None = None) -> str:
    """The page of an environment.

    Args:
        difference: to another environment; None for a page without one.
    """
    templates = Templates(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"usd": _usd, "gib": _gib, "percent": _percent, "breakable": _breakable}
    return templates.get_template("page.html").render(
        facts=facts,
        environment=facts.environment,
        difference=difference,
        drawings=addresses.drawings(facts.plan),
        drawn=addresses,
        zones=addresses.zones_of(facts.plan),
        table_of_subnets=list(addresses.rows_of_table(facts.plan)),
        legend=LEGEND | {"free": addresses.spare_label(facts.plan)},
        by_stack=costs.by_stack(facts.bill),
        by_kind=costs.by_kind(facts.bill),
        sentences=list(sentences(facts.bill)),
        capacity_labels=CAPACITY_LABELS,
        pods_per_prefix=PODS_PER_PREFIX,
        no_policy=NO_POLICY,
        style=Markup((FOLDER / "style.css").read_text(encoding="utf-8")),  # noqa: S704
    )


def _usd(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _gib(memory: float) -> str:
    return f"{memory / MEBIBYTE / 1024:,.1f}"


def _percent(part: float, whole: float) -> str:
    """A share for the width of a bar, which ends at 100 %."""
    return f"{min(part / whole * 100, 100) if whole else 0:.1f}"


def _breakable(text: str) -> Markup:
    """A text that may be broken before a dot of a name, and nowhere else within it."""
    return Markup("<wbr>.").join(escape(text).split("."))

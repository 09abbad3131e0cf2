"""The page as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from runner.plan_page import words
from runner.plan_page.model import StackPage


def plan_json(title: str, pages: Sequence[StackPage]) -> str:
    """The page of a plan: what each stack does, and the sum of it.

    `deletes` is what `--no-deletes` finds; the forms of the rest are in `model`.
    """
    more = {"total": words.totals(pages), "deletes": words.deleting(pages)}
    return _text(title, pages, more)


def drift_json(title: str, pages: Sequence[StackPage]) -> str:
    """The page of what was changed outside Terraform."""
    return _text(title, pages, {"drift": any(page.outside for page in pages)})


def _text(title: str, pages: Sequence[StackPage], more: Mapping[str, object]) -> str:
    stacks = [asdict(page) | {"counts": page.counts} for page in pages]
    return json.dumps({"title": title, **more, "stacks": stacks}, indent=2, ensure_ascii=False)

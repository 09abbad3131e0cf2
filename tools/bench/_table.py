"""The figures of both variants as a table."""

from collections.abc import Callable
from statistics import median

from rich.table import Table

from tools.bench._run import Run

_COLUMNS: list[tuple[str, str, Callable[[Run], float | None]]] = [
    ("Wall time", "{:.2f} s", lambda run: run.seconds),
    ("Peak memory", "{:.0f} MB", lambda run: run.memory and run.memory.distinct),
    ("Peak RSS, summed", "{:.0f} MB", lambda run: run.memory and run.memory.resident),
]


def table(published: list[Run], lazy: list[Run]) -> Table:
    """Returns medians with the range in brackets, and in the last line the ratio of the medians."""
    result = Table("Bindings", title=f"Medians of {len(lazy)} runs each (lowest to highest)")
    rows = {"as published": [], "lazy": [], "ratio": []}
    for heading, form, figure in _COLUMNS:
        result.add_column(heading, justify="right")
        before = [value for run in published if (value := figure(run)) is not None]
        after = [value for run in lazy if (value := figure(run)) is not None]
        if not before or not after:
            for row in rows.values():
                row.append("not measured")
            continue
        rows["as published"].append(_cell(form, before))
        rows["lazy"].append(_cell(form, after))
        rows["ratio"].append(f"{median(before) / median(after):.1f} : 1")
    for name, cells in rows.items():
        result.add_row(name, *cells)
    return result


def _cell(form: str, values: list[float]) -> str:
    low, high = form.format(min(values)), form.format(max(values))
    return f"{form.format(median(values))} ({low} to {high})"

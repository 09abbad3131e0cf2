"""Small pictures as SVG, within the page. Colours are those of the page, by class."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

WIDTH: Final = 120
HEIGHT: Final = 28
MARGIN: Final = 2

POINTS: Final = 84
"""Points of a line; more would be less than two pixels apart."""


def line(values: Sequence[float], label: str) -> str:
    """The course of values over the period; empty for less than two of them."""
    points = _thinned(values)
    if len(points) < 2:  # noqa: PLR2004
        return ""
    low, high = min(points), max(points)
    span = high - low
    step = WIDTH / (len(points) - 1)
    places = [
        (index * step, _y((value - low) / span if span else 1.0 if value else 0.0))
        for index, value in enumerate(points)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    area = f"0,{HEIGHT} {path} {WIDTH},{HEIGHT}"
    return (
        f'<svg class="line" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{label}"><polygon points="{area}"/><polyline points="{path}"/></svg>'
    )


def bar(part: float) -> str:
    """A bar that is a part of its cell wide. The number beside it says the same."""
    width = max(0.0, min(part, 1.0)) * 100
    return (
        '<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="whole" width="100" height="4"/><rect width="{width:.1f}" height="4"/></svg>'
    )


def _y(part: float) -> float:
    return HEIGHT - MARGIN - part * (HEIGHT - 2 * MARGIN)


def _thinned(values: Sequence[float]) -> list[float]:
    """As many means of values beside each other as the line has points."""
    if len(values) <= POINTS:
        return list(values)
    edges = [index * len(values) // POINTS for index in range(POINTS + 1)]
    return [sum(values[start:end]) / (end - start) for start, end in pairwise(edges)]

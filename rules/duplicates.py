"""Finds values that a list has twice."""

from collections.abc import Iterator, Sequence

from config.problem import Path, Problem


def repeated(path: Path, values: Sequence[str]) -> Iterator[Problem]:
    """Yields a problem for each value that is there already."""
    for index, value in enumerate(values):
        if value in values[:index]:
            yield Problem((*path, index), "is a duplicate", value)

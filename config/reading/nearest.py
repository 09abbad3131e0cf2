"""The nearest right value, for "did you mean"."""

from collections.abc import Iterable


def nearest(word: str, choices: Iterable[str], alike: float = 0.6) -> str:
    """The choice that a mistyped word most likely stands for, in any case; empty for none.

    Args:
        alike: how much of the two must be the same, from 0 to 1.
    """
    from difflib import get_close_matches  # noqa: PLC0415 (only a wrong file needs it)

    by_lower = {choice.lower(): choice for choice in choices}
    matches = get_close_matches(word.lower(), by_lower, n=1, cutoff=alike)
    return by_lower[matches[0]] if matches else ""

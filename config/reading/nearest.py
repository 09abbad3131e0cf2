"""The nearest right value, for "did you mean"."""

from collections.abc import Iterable


def nearest(word: str, choices: Iterable[str]) -> str:
    """Returns the choice that a mistyped word most likely stands for.

    Args:
        word: what was written.
        choices: what could have been meant; upper and lower case make no difference.

    Returns:
        one of the choices, or an empty text where none is near.
    """
    from difflib import get_close_matches  # noqa: PLC0415 (only a wrong file needs it)

    by_lower = {choice.lower(): choice for choice in choices}
    matches = get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[matches[0]] if matches else ""

"""Regular expressions as Go reads them (RE2), which is how Kyverno does."""

import re
import warnings
from typing import Final

_ONLY_GO: Final = (
    (re.compile(r"\\Q(.*?)(\\E|$)", re.DOTALL), lambda found: re.escape(found[1])),
    (re.compile(r"\\z"), lambda _: r"\Z"),
    (re.compile(r"\\[pP](\{\^?\w+\}|\w)"), lambda _: r"\w"),
    (re.compile(r"\\x\{[0-9A-Fa-f]+\}"), lambda _: "x"),
    (re.compile(r"\(\?[imsU]*-?[imsU]*\)"), lambda _: ""),
    (re.compile(r"\(\?[imsU]*-?[imsU]*:"), lambda _: "(?:"),
    (re.compile(r"\(\?<(\w+)>"), lambda found: f"(?P<{found[1]}>"),
)
"""What Go understands and Python does not, with something of Python's in its place."""

_ONLY_PYTHON: Final = {
    r"(?=": "looks ahead",
    r"(?!": "looks ahead",
    r"(?<=": "looks behind",
    r"(?<!": "looks behind",
    r"(?P=": "refers back to a group",
    r"(?(": "asks a condition",
    r"(?>": "makes a group atomic",
    r"(?#": "comments",
}
"""What Python understands and RE2 does not. https://github.com/google/re2/wiki/Syntax"""

_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_POSSESSIVE: Final = re.compile(r"[*+?}]\+")
_CLASS: Final = re.compile(r"\[\^?\]?[^\]]*\]")


def problem(pattern: str) -> str:
    """What is wrong with a regular expression; empty where nothing is.

    Args:
        pattern: the expression.
    """
    for what, instead in _ONLY_GO:
        pattern = what.sub(instead, pattern)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is no regular expression: {error}"
    bare = _ESCAPED.sub(lambda found: "\\1" if found[1] in "123456789" else "_", pattern)
    bare = _CLASS.sub("_", bare)
    if "\\1" in bare:
        return "refers back to a group, which Go's regular expressions cannot"
    if _POSSESSIVE.search(bare):
        return "repeats without giving back, which Go's regular expressions cannot"
    for start, what in _ONLY_PYTHON.items():
        if start in bare:
            return f"{what}, which Go's regular expressions cannot"
    return ""

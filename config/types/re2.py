r"""Regular expressions as Go's `regexp` reads them, which is how Kyverno matches.

`google-re2` accepts what Go accepts, and `\C`, which Go refuses.
https://pkg.go.dev/regexp/syntax
"""

import re
from typing import Final

_UNSUPPORTED: Final = {
    r"\(\?[=!]": "a lookahead",
    r"\(\?<[=!]": "a lookbehind",
    r"\(\?P$|\\[1-9]": "a backreference",
    r"\(\?\(": "a conditional group",
    r"\(\?>": "an atomic group",
    r"\(\?#": "a comment",
    r"[*+?]\+": "a possessive quantifier",
}
"""What Perl or Python have and Go has not, by what RE2's error ends with."""

_LITERAL: Final = re.compile(r"\\Q.*?(\\E|$)|\\[^C]|\[\^?\]?([^\]\\]|\\.)*\]", re.DOTALL)


def problem(pattern: str) -> str:
    """What is wrong with a regular expression; empty where nothing is."""
    import re2  # noqa: PLC0415 -- few environments need it

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        return _words(error.args[0].decode())
    if r"\C" in _LITERAL.sub("", pattern):
        return r"uses \C, which Go's regular expressions do not support"
    return ""


def _words(error: str) -> str:
    kind, _, found = error.partition(": ")
    if kind in {"invalid perl operator", "invalid escape sequence", "bad repetition operator"}:
        for start, feature in _UNSUPPORTED.items():
            if re.match(start, found):
                return f"uses {feature} ({found}), which Go's regular expressions do not support"
    return f"is not a valid regular expression: {error}"

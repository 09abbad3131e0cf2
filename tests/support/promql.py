"""Reading PromQL, as far as tests need it."""

import re


def metric_names(expr: str) -> set[str]:
    """The metrics that PromQL reads, given that each has an underscore in its name.

    Args:
        expr: the PromQL.
    """
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\b(?:by|on|without|ignoring) \([^)]*\)', "", expr)
    return set(re.findall(r"\b[a-z]+_[a-z_0-9]+\b(?!\s*\()", re.sub(r"\$__\w+", "", bare)))

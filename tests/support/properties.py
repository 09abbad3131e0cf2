"""How many examples property tests try."""

import os


def examples(in_ci: int) -> int:
    """A quarter of those that CI tries, where the variable CI is not set."""
    return in_ci if os.environ.get("CI") else max(in_ci // 4, 1)

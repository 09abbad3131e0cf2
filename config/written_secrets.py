"""Secrets that somebody wrote into values that end up in the Terraform state."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from config.problem import Path


def written_secrets(path: Path, value: Any, key: re.Pattern[str]) -> Iterator[Path]:
    """Yields where text stands under a key that is a secret's. `$...` only names one.

    Args:
        path: where the value stands.
        value: values of a chart, or anything like them.
        key: matches in the keys whose values nobody else may know.
    """
    if isinstance(value, Mapping):
        for name, inner in value.items():
            here = (*path, name)
            if not isinstance(inner, str):
                yield from written_secrets(here, inner, key)
            elif key.search(name) and inner and not inner.startswith("$"):
                yield here
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            yield from written_secrets((*path, index), inner, key)

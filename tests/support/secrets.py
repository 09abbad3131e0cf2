"""Finds secrets among strings: by what they look like, and by what they are called."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a token of GitHub": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_\w{50,}"),
    "a token of GitLab": re.compile(r"\bglpat-[\w-]{20,}"),
    "a token of Slack": re.compile(r"\bxox[abprs]-[\w-]{10,}"),
    "a web token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "a password in an address": re.compile(r"\b[a-z][a-z0-9+.-]*://[^/\s:@{}$]+:[^/\s:@{}$]+@"),
    "a password hash": re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}"),
}
"""What a secret looks like wherever it stands."""

NAMES: Final = re.compile(
    r"(passw(or)?d|passphrase|secret|token|api_?key|access_?key|private_?key|credential)s?$",
    re.IGNORECASE,
)
"""What a key is called whose text is a secret, unless the text is a reference."""

_REFERENCE: Final = re.compile(
    r"^(\$\{.*\}|\$\$\{\w+\}|\$[\w.:-]+|\{\{ \.[\w-]+ \}\}|arn:[\w-]+:\S+|)$", re.DOTALL
)
"""Terraform's reference, a variable of a pod's environment, Argo CD's `$name`, a field of External
Secrets' template, an ARN, or nothing."""

_OBJECT: Final = re.compile(r"^[a-z0-9]([a-z0-9./-]*[a-z0-9])?$")
_MAY_NAME_AN_OBJECT: Final = re.compile(r"(secret|credential)s?$", re.IGNORECASE)
"""What is called so is often the name of an object that has the secret."""

_ENTROPY: Final = 4.0
_LENGTH: Final = 20
_RANDOM: Final = re.compile(r"^[A-Za-z0-9+/=_-]+$")


@dataclass(frozen=True)
class Allowed:
    """Strings that look like secrets and are none.

    Attributes:
        paths: reasons by patterns of paths.
        values: reasons by patterns of strings.
    """

    paths: Mapping[str, str]
    values: Mapping[str, str]

    @staticmethod
    def read(file: Path) -> "Allowed":
        """Reads them.

        Args:
            file: where they are.
        """
        data = yaml.safe_load(file.read_text())
        return Allowed(data["paths"] or {}, data["values"] or {})

    def covers(self, path: str, text: str) -> bool:
        """Whether a string is among them.

        Args:
            path: its path.
            text: the string.
        """
        return any(re.search(each, path) for each in self.paths) or any(
            re.search(each, text) for each in self.values
        )


def strings(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every string below a value with its path, also inside strings that are JSON or YAML.

    Args:
        value: the value.
        path: its path.
    """
    match value:
        case str():
            yield path, value
            inner = _document(value)
            if inner is not None:
                yield from strings(inner, path)
        case dict():
            for key, each in value.items():
                yield from strings(each, (*path, str(key)))
                # A name beside its value, as in a container's environment.
                if key == "value" and isinstance(value.get("name"), str):
                    yield from strings(each, (*path, value["name"]))
        case list():
            for number, each in enumerate(value):
                yield from strings(each, (*path, str(number)))
        case _:
            pass


def suspicion(path: tuple[str, ...], text: str) -> str | None:
    """Why a string may be a secret; None if nothing suggests it.

    Args:
        path: its path.
        text: the string.
    """
    for what, shape in SHAPES.items():
        if shape.search(text):
            return f"looks like {what}"
    key = next((part for part in reversed(path) if not part.isdigit()), "")
    if not NAMES.search(key) or _REFERENCE.match(text):
        return None
    if not (_MAY_NAME_AN_OBJECT.search(key) and _OBJECT.match(text)):
        return f"is called {key} and refers to nothing"
    return f"is called {key} and looks random" if _is_random(text) else None


def _is_random(text: str) -> bool:
    if len(text) < _LENGTH or not _RANDOM.match(text):
        return False
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares) > _ENTROPY


def _document(text: str) -> Any:
    """What a string holds as JSON or YAML, if that has structure."""
    if not re.search(r"[{:]", text):
        return None
    try:
        document = json.loads(text) if text.lstrip()[:1] in "{[" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError):
        return None
    return document if isinstance(document, dict | list) else None

"""YAML of pipelines: multi-line texts as they are, and versions of actions as comments."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

_ACTIONS: Final = Path(__file__).with_name("actions.yaml")

_USES: Final = re.compile(r"^( +-? ?uses: (\S+)@[0-9a-f]{40})$", re.MULTILINE)


class _Dumper(yaml.SafeDumper):
    """Writes every value anew, never a reference to an earlier one."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the name is PyYAML's
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


@cache
def _actions() -> dict[str, dict[str, str]]:
    return yaml.safe_load(_ACTIONS.read_text(encoding="utf-8"))


def action(name: str) -> str:
    """An action, by the commit of its release."""
    return f"{name}@{_actions()[name]['commit']}"


def rendered(heading: str, document: Mapping[str, Any]) -> str:
    """A file: comments, then the document in the order of its keys.

    Args:
        heading: lines of the comment.
    """
    comment = "".join(f"# {line}\n" for line in heading.splitlines())
    body = yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=10_000)
    # YAML 1.1 quotes the key, because `on` is a boolean there.
    body = body.replace("\n'on':", "\non:")
    return comment + _USES.sub(lambda match: f"{match[1]}  # {_version(match[2])}", body)


def _version(name: str) -> str:
    return _actions()[name]["version"]

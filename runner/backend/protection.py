"""The protection of the state backend against being destroyed, and how it is lifted."""

from collections.abc import Mapping
from typing import Any, Final

from runner.backend.bootstrap_dir import LOCAL_BACKEND
from runner.backend.state_file import StateFile
from runner.manifest import Stack

UNPROTECTED: Final[dict[str, dict[str, Any]]] = {
    "aws_s3_bucket": {"force_destroy": True},
    "aws_dynamodb_table": {"deletion_protection_enabled": False},
}
"""Arguments without which AWS or the provider would refuse to delete a resource, by type."""


def unprotected(stack: Stack) -> dict[str, Any]:
    """Gives the override that makes a stack destroyable, on a local state.

    Args:
        stack: the state stack.

    Returns:
        The content of a Terraform override file.
    """
    resources: dict[str, dict[str, Any]] = {}
    for type_, entries in stack.document["resource"].items():
        for name, attributes in entries.items():
            change: dict[str, Any] = dict(UNPROTECTED.get(type_, {}))
            if attributes.get("lifecycle", {}).get("prevent_destroy"):
                change["lifecycle"] = {"prevent_destroy": False}
            if change:
                resources.setdefault(type_, {})[name] = change
    return {**LOCAL_BACKEND, "resource": resources}


def is_unprotected(state: StateFile | None) -> bool:
    """Whether the protection of everything in a state is lifted already.

    Args:
        state: the state; None for none.
    """
    return state is not None and not any(
        _differs(attributes, UNPROTECTED.get(address.partition(".")[0], {}))
        for address, attributes in state.resources.items()
    )


def _differs(attributes: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return any(attributes.get(name) != value for name, value in wanted.items())

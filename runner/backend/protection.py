"""Removes the deletion protection of the state backend."""

from collections.abc import Mapping
from typing import Any, Final

from runner.backend.bootstrap_dir import LOCAL_BACKEND
from runner.backend.state_file import StateFile
from runner.manifest import Stack

UNPROTECTED: Final[dict[str, dict[str, Any]]] = {
    "aws_s3_bucket": {"force_destroy": True},
    "aws_dynamodb_table": {"deletion_protection_enabled": False},
}
"""Arguments that AWS or the provider require before a delete, by resource type."""


def unprotected(stack: Stack) -> dict[str, Any]:
    """Content of a Terraform override file that makes a stack destroyable, with a local state."""
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
    """Whether all resources of a state are unprotected."""
    return state is not None and not any(
        _differs(attributes, UNPROTECTED.get(address.partition(".")[0], {}))
        for address, attributes in state.resources.items()
    )


def _differs(attributes: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return any(attributes.get(name) != value for name, value in wanted.items())

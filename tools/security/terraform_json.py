"""Reads what the scanners are compared with: the resources of a stack or of a plan."""

from collections.abc import Mapping
from typing import Any


def is_plan(document: Mapping[str, Any]) -> bool:
    """Whether it is `terraform show -json` of a plan."""
    return "planned_values" in document


def managed_addresses(document: Mapping[str, Any]) -> set[str]:
    """The addresses of all managed resources."""
    if is_plan(document):
        resources = document["planned_values"].get("root_module", {}).get("resources", [])
        return {r["address"] for r in resources if r["mode"] == "managed"}
    return {
        f"{type_}.{name}" for type_, named in document.get("resource", {}).items() for name in named
    }


def changes(plan: Mapping[str, Any]) -> list[str]:
    """The addresses that a plan would change."""
    return sorted(
        change["address"]
        for change in plan.get("resource_changes", [])
        if change["change"]["actions"] not in (["no-op"], ["read"])
    )

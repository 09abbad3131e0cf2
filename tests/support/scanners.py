"""The scanners, installed, and stacks that are broken on purpose for them."""

import copy
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).parents[2]

Change = Callable[[dict[str, Any]], object]
"""Changes the resources of a stack, by type and name."""


@cache
def install_scanners() -> None:
    """Installs what is missing; quick when nothing is."""
    subprocess.run([str(PROJECT / "scripts" / "setup-scanners")], check=True)


def changed(stack: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """A copy of a stack with something changed."""
    copied = copy.deepcopy(dict(stack))
    change(copied["resource"])
    return copied


def plan_of(*resources: tuple[str, dict[str, Any]], action: str = "no-op") -> dict[str, Any]:
    """A plan in the form of `terraform show -json`, with resources by address."""
    entries = [
        {
            "address": address,
            "mode": "managed",
            "type": address.split(".")[0],
            "name": address.split(".")[1],
            "provider_name": "hashicorp/aws",
            "schema_version": 0,
            "values": values,
        }
        for address, values in resources
    ]
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": entries}},
        "resource_changes": [
            {**entry, "change": {"actions": [action], "after": entry["values"]}}
            for entry in entries
        ],
        "configuration": {"root_module": {"resources": []}},
    }

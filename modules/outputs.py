"""Outputs: what other stacks and people read of a stack."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from cdktf import TerraformOutput
from constructs import Construct


@dataclass(frozen=True)
class Output:
    """One output: its value and what it is."""

    value: object
    description: str


def add_outputs(scope: Construct, outputs: Mapping[str, Output]) -> None:
    """Makes a stack's outputs. Their names are a contract with those who read them."""
    # A scope of their own lets an output share its name with a resource.
    parent = cast("Construct", scope.node.try_find_child("outputs") or Construct(scope, "outputs"))
    for name, output in outputs.items():
        TerraformOutput(
            parent, name, value=output.value, description=output.description, static_id=True
        )

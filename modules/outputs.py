"""Outputs of a stack, for other stacks and for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from cdktf import TerraformOutput
from constructs import Construct


@dataclass(frozen=True)
class Output:
    """A Terraform output."""

    value: object
    description: str


def add_outputs(scope: Construct, outputs: Mapping[str, Output]) -> None:
    """Makes a stack's outputs. Their names are a contract with their readers."""
    # In a separate scope an output can have the name of a resource.
    parent = cast("Construct", scope.node.try_find_child("outputs") or Construct(scope, "outputs"))
    for name, output in outputs.items():
        TerraformOutput(
            parent, name, value=output.value, description=output.description, static_id=True
        )

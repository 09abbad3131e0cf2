"""Synthesizes single modules in a bare stack."""

import json
from collections.abc import Callable
from typing import Any

from cdktf import App, TerraformStack, Testing

Resources = dict[str, dict[str, dict[str, Any]]]
"""Type, then id, then the resource's body."""


def resources_of(build: Callable[[TerraformStack], object]) -> Resources:
    """The resources that a module puts into a stack, as Terraform reads them.

    Args:
        build: makes the module in the stack that it gets.
    """
    stack = TerraformStack(App(stack_traces=False), "test")
    build(stack)
    return json.loads(Testing.synth(stack)).get("resource", {})


def addresses(resources: Resources) -> set[str]:
    """The addresses of all resources."""
    return {f"{type_}.{id_}" for type_, of_type in resources.items() for id_ in of_type}

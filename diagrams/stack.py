"""Synthesized stacks as the pictures read them."""

import re
from collections.abc import Mapping
from typing import Any, Final

Json = Mapping[str, Any]
"""The Terraform JSON of a stack, or a part of it."""

_REFERENCE: Final = re.compile(r"\$\{(\w+)\.(\w+)\.\w+\}")
_OUTPUT: Final = re.compile(r"\$\{data\.terraform_remote_state\.(\w+)\.outputs\.([\w.]+)\}")


def resources(stack: Json, type_: str) -> dict[str, dict[str, Any]]:
    """The resources of a type by name; none where a stack has none.

    Args:
        stack: the stack.
        type_: the resource type.
    """
    return stack.get("resource", {}).get(type_, {})


def referred(reference: str) -> tuple[str, str]:
    """Type and name of the resource that an expression takes an attribute of.

    Args:
        reference: for example `${aws_subnet.private_a.id}`.

    Raises:
        ValueError: it is something else.
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        msg = f"{reference} does not refer to one resource"
        raise ValueError(msg)
    return match[1], match[2]


def asked_for(reference: str) -> tuple[str, str]:
    """Name of the stack, and the output of it, that an expression asks for.

    Args:
        reference: for example `${data.terraform_remote_state.network.outputs.vpc_id}`.

    Raises:
        ValueError: it is something else.
    """
    match = _OUTPUT.fullmatch(reference)
    if match is None:
        msg = f"{reference} does not ask for an output"
        raise ValueError(msg)
    return match[1], match[2]


def output(stack: Json, name: str) -> Any:
    """The value of an output.

    Args:
        stack: the stack.
        name: the output's name, with the key of a map after a dot.
    """
    first, *keys = name.split(".")
    value = stack["output"][first]["value"]
    for key in keys:
        value = value[key]
    return value

"""Stacks of extensions, and what extensions change and check in the others (L6)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cdktf import App, TerraformResource, TerraformStack

from config.environment import Environment
from config.extensions import Extension, ExtensionKind, extensions, reported
from config.problem import Problem
from config.reading.nearest import nearest
from config.reading.report import ConfigError
from config.reading.written import Located
from modules.remote_state import RemoteOutputs
from stacks.base import EnvironmentStack
from stacks.synthesized import SynthesizedStack

Built = Mapping[str, TerraformStack]
"""The stacks of an environment by name."""


def names_of_stacks(environment: Environment) -> tuple[str, ...]:
    """The names of the stacks that extensions add to an environment.

    Raises:
        ConfigError: an extension has an error.
    """
    return tuple(each.options["name"] for each in _of("stack", environment))


def make_stacks(app: App, environment: Environment, built: Built) -> dict[str, TerraformStack]:
    """Makes the stacks of extensions, in the order of their files.

    Args:
        built: the environment's other stacks.

    Raises:
        ConfigError: an extension has an error, or names a stack that there is not.
    """
    made: dict[str, TerraformStack] = {}
    for each in _of("stack", environment):
        name: str = each.options["name"]
        known = {**built, **made}
        if name in known:
            raise each.refusal(f"stack {name}: {environment.name} has a stack of this name")
        with reported(each.position):
            stack = EnvironmentStack(app, environment, name)
            each.function(stack, RemoteOutputs(stack, environment))
        for other in each.options["after"] or ("state",):
            stack.add_dependency(_stack(each, other, known))
        made[name] = stack
    return made


def change_stacks(environment: Environment, built: Built) -> None:
    """Lets extensions change the stacks of an environment.

    Raises:
        ConfigError: an extension has an error, or names a stack that there is not.
    """
    for each in _of("change", environment):
        stack = _stack(each, each.options["name"], built)
        with reported(each.position):
            each.function(stack)


def check_stacks(folder: Path, built: Sequence[tuple[Environment, Built]]) -> None:
    """Lets extensions check the Terraform JSON.

    Args:
        folder: the synthesized output.
        built: the stacks of each environment.

    Raises:
        ConfigError: an extension has an error, or finds a problem; it has all of them.
    """
    checks = extensions("check")
    if not checks:
        return
    found: list[Located] = []
    for environment, stacks in built:
        for name, stack in stacks.items():
            file = folder / "stacks" / stack.node.id / "cdk.tf.json"
            synthesized = SynthesizedStack(environment, name, json.loads(file.read_text()))
            for each in checks:
                with reported(each.position):
                    found += [
                        Located(each.position, Problem((), f"{stack.node.id}: {message}"))
                        for message in each.function(synthesized)
                    ]
    if found:
        raise ConfigError(found)


def resource(stack: TerraformStack, address: str) -> TerraformResource:
    """A resource of a stack of this project, to change it.

    Args:
        address: its Terraform address, for example `aws_vpc.vpc`.

    Raises:
        LookupError: the stack has no such resource; the message names the nearest.
    """
    type_, _, id_ = address.partition(".")
    found = stack.node.try_find_child(id_)
    if isinstance(found, TerraformResource) and found.terraform_resource_type == type_:
        return found
    known = [
        f"{each.terraform_resource_type}.{each.node.id}"
        for each in stack.node.children
        if isinstance(each, TerraformResource)
    ]
    near = nearest(address, known)
    hint = f"; did you mean {near}?" if near else ""
    raise LookupError(f"{stack.node.id} has no {address}{hint}")


def _of(kind: ExtensionKind, environment: Environment) -> Iterator[Extension]:
    for each in extensions(kind):
        with reported(each.position):
            wanted = each.options["when"](environment)
        if wanted:
            yield each


def _stack(extension: Extension, name: str, known: Built) -> TerraformStack:
    if name not in known:
        near = nearest(name, known)
        hint = f"; did you mean {near}?" if near else ""
        raise extension.refusal(f"there is no stack {name}, but {', '.join(known)}{hint}")
    return known[name]

"""What files in `extensions/` use: decorators for their functions, and the types that these get.

It is the one module of this project whose names stay from one version to the next; the changelog
says what changes. A function is called for each environment:

* `rule`: reads the settings, yields what is wrong with them.
* `stack`: makes a further stack, which may read the outputs of the others.
* `change`: changes a stack of the project after it is made.
* `check`: reads the Terraform JSON of each stack, yields what is wrong with it.

`EnvironmentStack`, `Output`, `RemoteOutputs`, `add_outputs` and `resource` load CDKTF. Import them
in the functions that use them, so that commands that only read the settings do not.
"""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from config.environment import Environment
from config.extensions import register
from config.problem import Problem
from stacks.synthesized import SynthesizedStack

if TYPE_CHECKING:
    from modules.outputs import Output, add_outputs
    from modules.remote_state import RemoteOutputs
    from stacks.base import EnvironmentStack
    from stacks.extensions import resource

__all__ = [
    "Environment",
    "EnvironmentStack",
    "Output",
    "Problem",
    "RemoteOutputs",
    "SynthesizedStack",
    "add_outputs",
    "change",
    "check",
    "resource",
    "rule",
    "stack",
]

_OF_CDKTF: Final = {
    "EnvironmentStack": "stacks.base",
    "Output": "modules.outputs",
    "RemoteOutputs": "modules.remote_state",
    "add_outputs": "modules.outputs",
    "resource": "stacks.extensions",
}
"""The modules of the names that load CDKTF."""

Rule = TypeVar("Rule", bound=Callable[[Environment], Iterable[Problem]])
Check = TypeVar("Check", bound=Callable[[SynthesizedStack], Iterable[str]])
Make = TypeVar("Make", bound="Callable[[EnvironmentStack, RemoteOutputs], None]")
Change = TypeVar("Change", bound="Callable[[EnvironmentStack], None]")


def __getattr__(name: str) -> Any:
    if name in _OF_CDKTF:
        return getattr(import_module(_OF_CDKTF[name]), name)
    raise AttributeError(f"module {__name__} has no attribute {name!r}")


def everywhere(_: Environment) -> bool:
    """For every environment."""
    return True


def rule(*reads: str, severity: Literal["error", "warning"] = "error") -> Callable[[Rule], Rule]:
    """Has a function find problems in the settings of each environment.

    The function gets the environment and yields a `Problem` for each: the path of the setting, the
    message as the end of a sentence that begins with the path, the value, what is allowed. It is
    not called where a setting that it reads is wrong.

    Args:
        reads: the top-level keys that it is about, for example `network`.
        severity: whether such a file is refused, or synthesized with a warning.

    Raises:
        ValueError: an environment has no such key.
    """
    if unknown := set(reads) - set(Environment.model_fields):
        raise ValueError(f"an environment has no {', '.join(sorted(unknown))}")

    def of(function: Rule) -> Rule:
        register("rule", function, reads=reads, severity=severity)
        return function

    return of


def check(function: Check) -> Check:
    """Has a function find problems in the Terraform JSON of each stack.

    The function gets a `SynthesizedStack` and yields a sentence for each problem, which begins with
    the address of the resource. Nothing is written where there is one.
    """
    register("check", function)
    return function


def stack(
    name: str,
    *,
    after: Iterable[str] = ("network",),
    when: Callable[[Environment], bool] = everywhere,
) -> Callable[[Make], Make]:
    """Has a function make the resources of a further stack, with its own state.

    The function gets the stack, which has a provider for the environment's account and region, a
    backend and the environment as `environment`; and the outputs of the other stacks:
    `outputs.get("network.vpc_id")`.

    Args:
        name: its name within the environment: the stack is `<environment>-<name>`.
        after: names of the stacks that are applied before it: all whose outputs it reads.
        when: whether an environment has it.

    Raises:
        ValueError: the name has not 2 to 20 lower-case letters and digits.
    """
    if not (name.isascii() and name.isalnum() and name == name.lower() and 2 <= len(name) <= 20):  # noqa: PLR2004
        raise ValueError(f"stack {name!r} needs a name of 2 to 20 lower-case letters and digits")

    def of(function: Make) -> Make:
        register("stack", function, name=name, after=tuple(after), when=when)
        return function

    return of


def change(
    name: str, *, when: Callable[[Environment], bool] = everywhere
) -> Callable[[Change], Change]:
    """Has a function change a stack after it is made, before the JSON is written.

    It is for what no setting says: `resource(stack, "aws_vpc.vpc").add_override(...)`. The ids of
    resources are a contract, their arguments are not: read the output after an upgrade.

    Args:
        name: the stack's name within the environment, for example `network`.
        when: whether it is changed in an environment.
    """

    def of(function: Change) -> Change:
        register("change", function, name=name, when=when)
        return function

    return of

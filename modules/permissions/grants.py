"""Reads the tables of permissions: a type of resource, and what Terraform asks AWS for with it.

A type has these keys:

- `arn`: the ARN of its resources without `arn:<partition>:`. `{name}` is that argument of the
  resource, `{role.path}` the argument `path` of the resource that its argument `role` refers to,
  `{region}` the region of its provider. What is unknown before an apply becomes `*`.
- `read`, `create`, `update`, `delete`: actions by their scope. A plan needs `read`, an apply all.
- `pass`: the services that get a role of the stack; `linked`: those whose service-linked role is
  made with the first resource.

The scopes:

| Scope | Allowed on |
| --- | --- |
| `any` | everything: actions that know no resource, or whose resources have no names and tags |
| `own` | the ARN |
| `tagged` | the ARN, where the resource has the environment's tag |
| `untagged` | the ARN, where the resource has no environment's tag and gets this one's |
| `new` | the ARN, where the request gives the resource the environment's tag |
| `new any` | everything, where the request gives the resource the environment's tag |
| `bounded` | the ARN, where the role has or gets the environment's permissions boundary |
| `attached` | as `bounded`, for the policies that the stack attaches |
| `roles` | the roles of the stack |

Another ARN may follow a scope, and ` if <argument>`: only for resources with that argument.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

READ: Final = ("read",)
WRITE: Final = ("read", "create", "update", "delete")

_FOLDER: Final = Path(__file__).parent
_REFERENCE: Final = re.compile(r"^\$\{(aws_\w+)\.([\w-]+)\.\w+\}$")
_NAME: Final = re.compile(r"\{([\w.]+)\}")
_DEFAULTS: Final = {"path": "/"}


class UnknownTypeError(LookupError):
    """A stack holds a type of resource that no table has; the message names it."""


@dataclass(frozen=True, order=True)
class Grant:
    """One action on one ARN.

    Attributes:
        scope: how it is narrowed; one of the scopes of the tables, `pass` or `linked`.
        resource: the ARN, or `*`.
        action: the action; for `pass` and `linked` the principal of the service.
    """

    scope: str
    resource: str
    action: str


@cache
def table() -> dict[str, dict[str, Any]]:
    """All tables in one, by type of resource; a data source is `data.<type>`."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(_FOLDER.glob("*.yaml")):
        if file.name != "boundary.yaml":
            found |= yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def grants(
    stack: Mapping[str, Any], verbs: tuple[str, ...], partition: str, account: str
) -> set[Grant]:
    """What Terraform needs for the verbs with all resources of a stack.

    Args:
        stack: its Terraform JSON.
        verbs: READ or WRITE.

    Raises:
        UnknownTypeError: no table has one of its types.
    """
    bodies = stack.get("resource", {})
    found: set[Grant] = set()
    for type_, arguments, name in _resources(stack):
        row = table().get(type_)
        if row is None:
            raise UnknownTypeError(
                f"{type_} ({name}) is in no table of modules/permissions: add what the AWS "
                "provider asks for with it"
            )
        region = _region(stack, arguments)
        known = {"account": account, "region": region}
        for verb in verbs:
            for where, actions in row.get(verb, {}).items():
                scope, _, rest = where.partition(" if ")
                if rest and not arguments.get(rest):
                    continue
                scope, _, pattern = scope.partition(" ")
                pattern = pattern or row["arn"]
                resource = (
                    "*"
                    if scope == "any" or pattern == "any"
                    else f"arn:{partition}:{_filled(pattern, arguments, bodies, known)}"
                )
                found |= {Grant(scope, resource, action) for action in actions}
        if "create" in verbs:
            found |= {
                Grant(scope, "", service)
                for scope in ("pass", "linked")
                for service in row.get(scope, ())
            }
    return found


def _resources(stack: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    for block, prefix in (("resource", ""), ("data", "data.")):
        for type_, bodies in stack.get(block, {}).items():
            if type_.startswith("aws_"):
                for name, arguments in bodies.items():
                    yield f"{prefix}{type_}", arguments, name


def _region(stack: Mapping[str, Any], arguments: Mapping[str, Any]) -> str:
    """The region of the provider that makes a resource."""
    _, _, alias = arguments.get("provider", "").partition(".")
    regions = {each.get("alias", ""): each["region"] for each in stack["provider"]["aws"]}
    return regions[alias]


def _filled(
    pattern: str,
    arguments: Mapping[str, Any],
    bodies: Mapping[str, Mapping[str, Any]],
    known: Mapping[str, str],
) -> str:
    def value(match: re.Match[str]) -> str:
        return known.get(match[1]) or _value(match[1].split("."), arguments, bodies)

    # Two asterisks in a row mean the same as one.
    return re.sub(r"\*+", "*", _NAME.sub(value, pattern))


def _value(
    names: list[str], arguments: Mapping[str, Any], bodies: Mapping[str, Mapping[str, Any]]
) -> str:
    """An argument of a resource, or of the one that it refers to; `*` if it is not known."""
    first, *rest = names
    value = arguments.get(first, _DEFAULTS.get(first))
    reference = _REFERENCE.match(value) if isinstance(value, str) else None
    if reference:
        target = bodies.get(reference[1], {}).get(reference[2], {})
        return _value(rest or [_argument(value, first)], target, bodies)
    if rest and rest != [first]:
        if isinstance(value, str) and value.startswith("arn:"):
            return re.split("[:/]", value)[-1]
        return _DEFAULTS.get(rest[-1], "*")
    return "*" if value is None or "${" in str(value) else str(value)


def _argument(reference: str, name: str) -> str:
    """The argument of the referred resource: the one that is named, or that of the same name."""
    attribute = reference.rstrip("}").rpartition(".")[2]
    return name if attribute in ("id", "arn") else attribute

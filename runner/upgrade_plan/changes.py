"""What differs between the stacks of two versions, as a plan of Terraform will show it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from runner.upgrade_plan.variant import Variant

Action = Literal["create", "update", "replace", "delete"]
Document = Mapping[str, Any]

ARGUMENTS: Final = Path(__file__).with_name("replacing_arguments.yaml")
HELM: Final = "helm_release"

_NOT_COMPARED: Final = ("//", "depends_on", "lifecycle", "provisioner", "connection")
_REFERENCE: Final = re.compile(r"\$\{(\w+)\.(\w+)\.(\w+)}")
_TEMPLATE_VERSION: Final = re.compile(r"\$\{aws_launch_template\.(\w+)\.latest_version}")


@dataclass(frozen=True)
class ChangedValue:
    """A value that differs; None where there is none."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class ChangedResource:
    """A resource that changes.

    Attributes:
        stack: the stack, by its name within the environment.
        arguments: the arguments that differ; of a release, its values by their paths.
        replaced_by: the arguments for which it is replaced.
    """

    stack: str
    address: str
    action: Action
    arguments: list[ChangedValue] = field(default_factory=list[ChangedValue])
    replaced_by: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """The type of the resource."""
        return self.address.partition(".")[0]


def changes(before: Variant, after: Variant) -> list[ChangedResource]:
    """The resources that change between two variants of an environment, in the order of apply."""
    return [
        change
        for stack in after.stacks
        for change in between(
            stack.short_name, before.stack(stack.short_name), after.stack(stack.short_name)
        )
    ]


def between(stack: str, before: Document, after: Document) -> Iterator[ChangedResource]:
    """The resources of a stack that change between two documents of it, by address."""
    old, new = _resources(before), _resources(after)
    for address in sorted(old.keys() | new.keys()):
        if address not in old:
            yield ChangedResource(stack, address, "create")
        elif address not in new:
            yield ChangedResource(stack, address, "delete")
        else:
            yield from _changed(stack, address, old[address], new[address])
    yield from _new_template_versions(stack, old, new)


def _changed(stack: str, address: str, old: Document, new: Document) -> Iterator[ChangedResource]:
    found = list(_differences(address, old, new))
    if found:
        arguments = replacing().get(address.partition(".")[0], ())
        by = tuple(sorted({each.path for each in found} & set(arguments)))
        yield ChangedResource(stack, address, "replace" if by else "update", found, by)


def _differences(address: str, old: Document, new: Document) -> Iterator[ChangedValue]:
    release = address.startswith(f"{HELM}.")
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if release and name == "values":
            yield from _leaves("values", _values(before), _values(after))
        else:
            yield ChangedValue(name, before, after)


def _leaves(path: str, before: Any, after: Any) -> Iterator[ChangedValue]:
    """What differs in values, at the deepest paths."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from _leaves(f"{path}.{key}", before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from _leaves(f"{path}[{index}]", *pair)
    elif before != after:
        yield ChangedValue(path, before, after)


def _new_template_versions(
    stack: str, old: Mapping[str, Document], new: Mapping[str, Document]
) -> Iterator[ChangedResource]:
    """Node groups that get another version of their launch template."""
    for address in sorted(old.keys() & new.keys()):
        found = _TEMPLATE_VERSION.search(json.dumps(new[address]))
        template = f"aws_launch_template.{found[1]}" if found else ""
        if template in old and old[template] != new.get(template) and old[address] == new[address]:
            version = ChangedValue("launch_template.version", "the present one", "a new one")
            yield ChangedResource(stack, address, "update", [version])


def values_of(release: Document) -> dict[str, Any]:
    """The values of a Helm release."""
    return _values(release.get("values"))


def _values(texts: Any) -> dict[str, Any]:
    """The values that a release is given; a text that is no mapping stands for nothing."""
    found: dict[str, Any] = {}
    for text in texts or ():
        try:
            value = json.loads(text)
        except json.JSONDecodeError:
            continue
        found |= value if isinstance(value, dict) else {}
    return found


def _resources(document: Document) -> dict[str, dict[str, Any]]:
    """The arguments of the resources of a document by address."""
    types: Mapping[str, Mapping[str, Document]] = document.get("resource", {})
    return {
        f"{type_}.{id_}": {
            name: _resolved(value, types)
            for name, value in body.items()
            if name not in _NOT_COMPARED
        }
        for type_, bodies in types.items()
        for id_, body in bodies.items()
    }


def _resolved(value: Any, types: Mapping[str, Mapping[str, Document]]) -> Any:
    """A value, with the argument that it refers to where that is written in the same document.

    A node group has the version of the cluster, or the same minor as text.
    """
    found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    referred = types.get(found[1], {}).get(found[2], {}).get(found[3])
    return referred if isinstance(referred, str) and "${" not in referred else value


@cache
def replacing() -> Mapping[str, tuple[str, ...]]:
    """The arguments of `replacing_arguments.yaml` by the type of the resource."""
    loaded: dict[str, list[str]] = yaml.safe_load(ARGUMENTS.read_text(encoding="utf-8"))
    return {type_: tuple(arguments) for type_, arguments in loaded.items()}

"""The Kubernetes objects in the JSON of a stack: of Helm values and of the kubernetes provider."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from runner.upgrade_plan.changes import HELM, values_of
from runner.upgrade_plan.removed_apis import table
from runner.upgrade_plan.variant import Variant

_PREFIX: Final = "kubernetes_"
_MANIFEST: Final = "kubernetes_manifest"

_WITHOUT_VERSION: Final = {
    "kubernetes_cron_job": "batch/v1beta1",
    "kubernetes_pod_disruption_budget": "policy/v1beta1",
    "kubernetes_pod_security_policy": "policy/v1beta1",
}
"""Resource types that have no API version in their name, and no v1.
https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/guides/versioned-resources"""


@dataclass(frozen=True)
class OwnObject:
    """An object that a stack makes.

    Attributes:
        address: the address of its resource.
        version: its apiVersion.
        content: the object; empty where the provider makes it.
    """

    address: str
    version: str
    kind: str
    content: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.content.get("metadata", {}).get("name", self.address))


def objects_of(variant: Variant) -> Iterator[OwnObject]:
    """The objects of all stacks of an environment."""
    for stack in variant.stacks:
        for type_, bodies in stack.document.get("resource", {}).items():
            for id_, body in bodies.items():
                yield from _of(type_, f"{type_}.{id_}", body)


def _of(type_: str, address: str, body: Mapping[str, Any]) -> Iterator[OwnObject]:
    if type_ == HELM:
        yield from _inside(address, values_of(body))
    elif type_ == _MANIFEST:
        yield from _inside(address, body.get("manifest"))
    elif type_.startswith(_PREFIX):
        kind, version = _kind(type_), _version(type_)
        if version:
            yield OwnObject(address, version, kind, {})


def _inside(address: str, value: Any) -> Iterator[OwnObject]:
    """The objects anywhere in a value: a mapping with apiVersion and kind is one."""
    if isinstance(value, dict):
        version, kind = value.get("apiVersion"), value.get("kind")
        if isinstance(version, str) and isinstance(kind, str):
            yield OwnObject(address, version, kind, value)
        for each in value.values():
            yield from _inside(address, each)
    elif isinstance(value, list):
        for each in value:
            yield from _inside(address, each)


def _kind(type_: str) -> str:
    """`kubernetes_pod_disruption_budget_v1` makes a PodDisruptionBudget."""
    words = type_.removeprefix(_PREFIX).split("_")
    if words[-1].startswith("v") and words[-1][1:2].isdigit():
        words.pop()
    return "".join(word.capitalize() for word in words)


def _version(type_: str) -> str:
    """The API version that a resource type makes; empty where no row of the table has it."""
    if type_ in _WITHOUT_VERSION:
        return _WITHOUT_VERSION[type_]
    kind, suffix = _kind(type_), type_.rpartition("_")[2]
    rows = (row for row in table().apis if kind in row.kinds)
    return next((row.version for row in rows if row.version.endswith(f"/{suffix}")), "")

"""The namespaces of teams and their network policies, as the platform stack's JSON has them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from runner.manifest import KUBERNETES, Stack

POLICY: Final = "kubernetes_network_policy_v1"
NAMESPACE: Final = "kubernetes_namespace_v1"

_LABELS: Final = ("match_labels", "matchLabels")
"""Its keys are labels, which stay as they are."""

_REFERENCE: Final = re.compile(rf"\$\{{{NAMESPACE}\.([\w-]+)\.metadata\[0]\.name}}")


def team_policies(stacks: list[Stack]) -> list[dict[str, Any]]:
    """The policies of the namespaces of teams, as Kubernetes writes them."""
    return [
        {
            "metadata": {"namespace": _namespace(body["metadata"]["namespace"], document)},
            "spec": _as_kubernetes(body["spec"]),
        }
        for document in _documents(stacks)
        for body in document["resource"].get(POLICY, {}).values()
    ]


def _documents(stacks: list[Stack]) -> Iterator[Mapping[str, Any]]:
    for stack in stacks:
        if stack.short_name == KUBERNETES:
            yield stack.document


def _namespace(text: str, document: Mapping[str, Any]) -> str:
    """A namespace by its name, or by a reference to its resource."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        return text
    return document["resource"][NAMESPACE][found[1]]["metadata"]["name"]


def _as_kubernetes(value: Any) -> Any:
    """The provider's `pod_selector` as Kubernetes's `podSelector`, and so on."""
    if isinstance(value, list):
        return [_as_kubernetes(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        _camel(key): each if key in _LABELS else _as_kubernetes(each) for key, each in value.items()
    }


def _camel(key: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), key)

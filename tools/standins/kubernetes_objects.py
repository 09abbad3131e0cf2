"""The resources of the kubernetes provider as the objects that they make."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

PLACEHOLDER: Final = re.compile(r"\$\{[^}]*\}")
"""A value that only Terraform knows."""


@dataclass(frozen=True)
class Kind:
    """How a resource of the kubernetes provider becomes an object.

    Attributes:
        api_version: the object's.
        kind: the object's.
        names: fields that are called something else than their attribute in camel case.
    """

    api_version: str
    kind: str
    names: Mapping[str, str] = field(default_factory=dict[str, str])


_RBAC: Final = "rbac.authorization.k8s.io/v1"
_LISTS: Final = {"rule": "rules", "subject": "subjects"}

KINDS: Final[Mapping[str, Kind]] = {
    "kubernetes_cluster_role_binding_v1": Kind(_RBAC, "ClusterRoleBinding", _LISTS),
    "kubernetes_cluster_role_v1": Kind(_RBAC, "ClusterRole", _LISTS),
    "kubernetes_config_map_v1": Kind("v1", "ConfigMap"),
    "kubernetes_default_service_account_v1": Kind("v1", "ServiceAccount"),
    "kubernetes_limit_range_v1": Kind("v1", "LimitRange", {"limit": "limits"}),
    "kubernetes_namespace_v1": Kind("v1", "Namespace"),
    "kubernetes_network_policy_v1": Kind("networking.k8s.io/v1", "NetworkPolicy"),
    "kubernetes_persistent_volume_v1": Kind("v1", "PersistentVolume"),
    "kubernetes_pod_disruption_budget_v1": Kind("policy/v1", "PodDisruptionBudget"),
    "kubernetes_priority_class_v1": Kind("scheduling.k8s.io/v1", "PriorityClass"),
    "kubernetes_resource_quota_v1": Kind(
        "v1", "ResourceQuota", {"match_expression": "matchExpressions"}
    ),
    "kubernetes_role_binding_v1": Kind(_RBAC, "RoleBinding", _LISTS),
    "kubernetes_role_v1": Kind(_RBAC, "Role", _LISTS),
    "kubernetes_service_account_v1": Kind("v1", "ServiceAccount"),
    "kubernetes_storage_class_v1": Kind(
        "storage.k8s.io/v1", "StorageClass", {"storage_provisioner": "provisioner"}
    ),
}
"""By resource type. A type that is missing here fails the test that meets it."""

_TERRAFORMS_OWN: Final = {"//", "depends_on", "lifecycle", "provider", "timeouts", "id"} | {
    "wait_for_default_service_account"
}
_TEXT_MAPS: Final = {"annotations", "labels", "match_labels", "data", "parameters", "hard"} | {
    "default",
    "default_request",
    "max",
    "min",
    "max_limit_request_ratio",
}
_LIST_FIELDS: Final = {
    "rules",
    "subjects",
    "limits",
    "ingress",
    "egress",
    "ports",
    "from",
    "to",
} | {
    "matchExpressions",
    "allowedTopologies",
    "matchLabelExpressions",
}


def converted(type_: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A resource of the kubernetes provider as the object that it makes.

    Args:
        type_: the resource type.
        body: its attributes and blocks in Terraform JSON.

    Raises:
        KeyError: KINDS does not have the type.
    """
    kind = KINDS[type_]
    attributes = {key: value for key, value in body.items() if key not in _TERRAFORMS_OWN}
    fields = _fields(attributes, kind.names)
    if kind.kind == "PersistentVolume":
        # Terraform has the source in a block of its own, Kubernetes among the other fields.
        fields["spec"] |= fields["spec"].pop("persistentVolumeSource")
    return {"apiVersion": kind.api_version, "kind": kind.kind, **fields}


def field_name(attribute: str, names: Mapping[str, str]) -> str:
    """What an attribute of the kubernetes provider is called in the object."""
    return names.get(attribute, _camel(attribute))


def _fields(attributes: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for attribute, value in attributes.items():
        name = field_name(attribute, names)
        if attribute in _TEXT_MAPS and isinstance(value, dict):
            result[name] = {key: _known(text) for key, text in value.items()}
        else:
            result[name] = _value(name, value, names)
    return result


def _value(name: str, value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case dict():
            inner = _fields(value, names)
            return [inner] if name in _LIST_FIELDS else inner
        case list() if value and all(isinstance(each, dict) for each in value):
            blocks = [_fields(each, names) for each in value]
            return blocks if name in _LIST_FIELDS else blocks[0]
        case list():
            return [_known(each) for each in value]
        case _:
            return _known(value)


def _known(value: Any) -> Any:
    return PLACEHOLDER.sub("known-after-apply", value) if isinstance(value, str) else value


def _camel(attribute: str) -> str:
    first, *rest = attribute.split("_")
    return first + "".join(part.upper() if part == "ip" else part.title() for part in rest)

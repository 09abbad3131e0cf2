"""Builds ValidatingAdmissionPolicies and their bindings.

The API server evaluates them itself: there is no webhook that could be down.

Source: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from modules.helm.contract import Manifest
from modules.helm.manifests import manifest

API_VERSION: Final = "admissionregistration.k8s.io/v1"

NAME_LABEL: Final = "kubernetes.io/metadata.name"
"""The label of a namespace with its name, which the API server sets and which cannot be changed."""

PREFIX: Final = "teams"
"""What names of the policies begin with."""

CREATE, UPDATE, DELETE = "CREATE", "UPDATE", "DELETE"

ENFORCE: Final = ("Deny",)
WARN: Final = ("Warn", "Audit")
"""What a binding does: refuse it, or let kubectl warn and the audit log have it."""


@dataclass(frozen=True)
class Matched:
    """Requests that a policy is about.

    Attributes:
        group: an API group, `*` for all.
        resources: names of resources as in paths; `*` for all but subresources.
        operations: any of CREATE, UPDATE, DELETE.
    """

    group: str
    resources: tuple[str, ...]
    operations: tuple[str, ...] = (CREATE, UPDATE)

    @property
    def rule(self) -> dict[str, Any]:
        """It as the API has it. Without `scope`, policies also match cluster-scoped objects."""
        return {
            "apiGroups": [self.group],
            "apiVersions": ["*"],
            "operations": list(self.operations),
            "resources": list(self.resources),
            "scope": "Namespaced",
        }


@dataclass(frozen=True)
class Condition:
    """What must hold for an object.

    Attributes:
        expression: in CEL.
        message: the message of a refusal; in CEL where `computed`.
        computed: whether the message is an expression.
    """

    expression: str
    message: str
    computed: bool = False

    @property
    def validation(self) -> dict[str, Any]:
        """It as the API has it."""
        key = "messageExpression" if self.computed else "message"
        return {"expression": self.expression, key: self.message, "reason": "Forbidden"}


@dataclass(frozen=True)
class Policy:
    """A policy.

    Attributes:
        name: its name, without PREFIX.
        matched: the requests that it is about.
        checks: what must hold.
        conditions: names and expressions; a request for which one is false is not checked.
        variables: names and expressions, in order.
        excluded: requests that it is not about.
    """

    name: str
    matched: tuple[Matched, ...]
    checks: tuple[Condition, ...]
    conditions: tuple[tuple[str, str], ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    excluded: tuple[Matched, ...] = ()

    @property
    def full_name(self) -> str:
        """Its name in the cluster."""
        return f"{PREFIX}-{self.name}"

    @property
    def manifest(self) -> Manifest:
        """The policy. It applies nowhere without a binding."""
        constraints: dict[str, Any] = {
            "matchPolicy": "Equivalent",
            "resourceRules": [each.rule for each in self.matched],
        }
        if self.excluded:
            constraints["excludeResourceRules"] = [each.rule for each in self.excluded]
        spec: dict[str, Any] = {
            "failurePolicy": "Fail",
            "matchConstraints": constraints,
            "validations": [each.validation for each in self.checks],
        }
        if self.conditions:
            spec["matchConditions"] = _named(self.conditions)
        if self.variables:
            spec["variables"] = _named(self.variables)
        return manifest(API_VERSION, "ValidatingAdmissionPolicy", self.full_name, spec)

    def binding(self, namespaces: Sequence[str], actions: Sequence[str]) -> Manifest:
        """Applies it in namespaces.

        Args:
            namespaces: their names.
            actions: ENFORCE or WARN.
        """
        suffix = "" if tuple(actions) == ENFORCE else "-warn"
        name = {"key": NAME_LABEL, "operator": "In", "values": sorted(namespaces)}
        spec = {
            "policyName": self.full_name,
            "validationActions": list(actions),
            "matchResources": {"namespaceSelector": {"matchExpressions": [name]}},
        }
        kind = "ValidatingAdmissionPolicyBinding"
        return manifest(API_VERSION, kind, f"{self.full_name}{suffix}", spec)


def _named(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "expression": expression} for name, expression in pairs]


def cel_list(values: Sequence[str]) -> str:
    """A list of texts in CEL. The texts are names, which have no quotes."""
    quoted = (f"'{value}'" for value in values)
    return f"[{', '.join(quoted)}]"

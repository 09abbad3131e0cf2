"""ValidatingAdmissionPolicies for namespaces of teams: written in CEL, without a webhook."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from config.environment import Environment
from config.sections.teams import TEAM_LABEL
from modules.helm.contract import Manifest
from modules.helm.manifests import manifest

API_VERSION: Final = "admissionregistration.k8s.io/v1"

TEAM: Final = f"namespaceObject.metadata.labels['{TEAM_LABEL}']"
"""The team of an object's namespace, in CEL. Only the platform changes labels of namespaces."""


def policy(
    environment: Environment,
    name: str,
    *,
    rules: Sequence[Mapping[str, Any]],
    variables: Mapping[str, str],
    validations: Sequence[tuple[str, str]],
) -> tuple[Manifest, Manifest]:
    """A policy, and its binding to the namespaces of all teams.

    Objects that are being deleted are not validated, so that their finalizers can be removed.

    Args:
        rules: API groups, resources and operations.
        variables: CEL expressions by name, of which each may use those before it.
        validations: what must hold, and the message where it does not; both in CEL.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
    """
    teams = {"key": TEAM_LABEL, "operator": "In", "values": sorted(environment.teams)}
    return (
        manifest(
            API_VERSION,
            "ValidatingAdmissionPolicy",
            name,
            {
                "failurePolicy": "Fail",
                "matchConstraints": {"resourceRules": list(rules)},
                "matchConditions": [
                    {"name": "lives", "expression": "!has(object.metadata.deletionTimestamp)"}
                ],
                "variables": [{"name": key, "expression": text} for key, text in variables.items()],
                "validations": [
                    {"expression": expression, "messageExpression": message}
                    for expression, message in validations
                ],
            },
        ),
        manifest(
            API_VERSION,
            "ValidatingAdmissionPolicyBinding",
            name,
            {
                "policyName": name,
                "validationActions": ["Deny"],
                "matchResources": {"namespaceSelector": {"matchExpressions": [teams]}},
            },
        ),
    )


def resource_rule(
    group: str, resources: Sequence[str], operations: Sequence[str] = ("CREATE", "UPDATE")
) -> dict[str, Any]:
    """Objects of an API group that a policy is for, in all versions."""
    return {
        "apiGroups": [group],
        "apiVersions": ["*"],
        "operations": list(operations),
        "resources": list(resources),
    }

"""Checks of tokens, roles, policies and secrets of a platform, for docs/hardening.md."""

import json
import re
from collections.abc import Callable
from typing import Final

from support.hardening_example import Example

KUBERNETES_NAMESPACES: Final = {"default", "kube-system"}


def default_accounts_have_no_token(example: Example) -> bool:
    accounts = example.all("platform", "kubernetes_default_service_account_v1")
    silent = [each for each in accounts if each["automount_service_account_token"] is False]
    references = {each["metadata"]["namespace"] for each in silent}
    return bool(accounts) and len(references) == len(example.namespaces)


def no_tokens_without_need(example: Example) -> bool:
    """Of pods that do not use the Kubernetes API: see tests/modules/helm/test_network_policies."""
    if "argo-cd" not in example.values:
        return False
    argo = example.values["argo-cd"]
    stack = example.values["kube-prometheus-stack"]["alertmanager"]
    proxies = argo["redis-ha"].get("haproxy", {}).get("serviceAccount", {"automountToken": False})
    tokens = [
        argo["repoServer"]["automountServiceAccountToken"],
        argo["redis"]["automountServiceAccountToken"],
        proxies["automountToken"],
        stack["alertmanagerSpec"]["automountServiceAccountToken"],
    ]
    if "tempo" in example.values:
        tokens.append(example.values["tempo"]["serviceAccount"]["automountServiceAccountToken"])
    return not any(tokens)


def access_by_entries(example: Example) -> bool:
    access = example.cluster.get("access_config", {})
    entries = example.all("cluster", "aws_eks_access_entry")
    return (
        access.get("authentication_mode") == "API"
        and access.get("bootstrap_cluster_creator_admin_permissions") is False
        and bool(entries)
        and not any("system:masters" in (each.get("kubernetes_groups") or ()) for each in entries)
    )


def not_allowed(resource: str, *verbs: str) -> Callable[[Example], bool]:
    def check(example: Example) -> bool:
        return bool(example.rules) and not example.allows(resource, *verbs)

    return check


def no_escalation(example: Example) -> bool:
    verbs = {verb for rule in example.rules for verb in rule["verbs"]}
    return bool(verbs) and not verbs & {"bind", "escalate", "impersonate", "*"}


def no_webhook_configurations(example: Example) -> bool:
    return bool(example.rules) and not any(
        example.allows(f"{kind}webhookconfigurations", "create", "update", "patch", "delete")
        for kind in ("mutating", "validating")
    )


def no_token_creation(example: Example) -> bool:
    secrets = example.values.get("external-secrets", {})
    return secrets.get("rbac") == {"serviceAccountTokenCreate": False} and not example.allows(
        "serviceaccounts/token", "create"
    )


def pod_security(example: Example) -> bool:
    """Every namespace has a level; privileged are only those with pods of nodes."""
    label = "pod-security.kubernetes.io/enforce"
    levels = {name: labels.get(label) for name, labels in example.namespaces.items()}
    privileged = {name for name, level in levels.items() if level == "privileged"}
    return (
        "restricted" in levels.values()
        and None not in levels.values()
        and privileged <= {"falco", "logging", "monitoring"}
        and all(
            labels[label] == "restricted"
            for labels in example.namespaces.values()
            if "team" in labels
        )
    )


def policies_are_enforced(example: Example) -> bool:
    for addon in example.all("cluster", "aws_eks_addon"):
        if addon["addon_name"] == "vpc-cni":
            return json.loads(addon["configuration_values"])["enableNetworkPolicy"] == "true"
    return False


def policies_in_every_namespace(example: Example) -> bool:
    """A policy that selects all pods and allows nothing, in both directions."""
    both = {"Ingress", "Egress"}
    denied = {
        each["metadata"]["namespace"]
        for each in example.kind("NetworkPolicy")
        if each["spec"]["podSelector"] == {}
        and set(each["spec"]["policyTypes"]) == both
        and not {"ingress", "egress"} & each["spec"].keys()
    }
    teams = {
        re.sub(r".*namespace_(\w+)\.metadata.*", r"\1", each["metadata"]["namespace"])
        for each in example.all("platform", "kubernetes_network_policy_v1")
        if each["metadata"]["name"] == "default-deny"
    }
    missing = {name.replace("-", "_") for name in example.namespaces.keys() - denied} - teams
    return bool(denied) and not missing


def secrets_as_files(example: Example) -> bool:
    stack = example.values.get("kube-prometheus-stack", {})
    spec = stack.get("alertmanager", {}).get("alertmanagerSpec", {})
    return bool(spec.get("secrets"))


def external_secrets(example: Example) -> bool:
    return "external-secrets" in example.values and bool(example.kind("ClusterSecretStore"))


def boundaries(example: Example) -> bool:
    return (
        len(example.namespaces) > 5
        and bool(example.all("platform", "kubernetes_resource_quota_v1"))
        and bool(example.all("platform", "kubernetes_role_binding_v1"))
    )


def default_is_unused(example: Example) -> bool:
    releases = example.all("platform", "helm_release")
    used = {each["namespace"] for each in releases}
    used |= {each["metadata"].get("namespace", "") for each in example.objects}
    return bool(releases) and "default" not in used

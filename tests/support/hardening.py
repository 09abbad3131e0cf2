"""Checks of the synthesized output for the answers of docs/hardening.md.

Each is false where what it is about is missing, so that no answer is held by nothing.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from support.output import Output

Body = Mapping[str, Any]

KUBERNETES_NAMESPACES: Final = {"default", "kube-system"}

LOGS: Final = {"api", "audit", "authenticator", "controllerManager", "scheduler"}


class Example:
    """The stacks of an example.

    Attributes:
        name: its name.
    """

    def __init__(self, output: Output, name: str) -> None:
        self._output, self.name = output, name

    def all(self, stack: str, type_: str) -> list[Body]:
        """The resources of a type in a stack, for example `cluster`."""
        name = f"{self.name}-{stack}"
        if name not in self._output.names:
            return []
        return list(self._output.stack(name).resources(type_).values())

    @cached_property
    def values(self) -> dict[str, Any]:
        """The values of releases by name."""
        return {
            each["name"]: json.loads(each["values"][0])
            for each in self.all("platform", "helm_release")
        }

    @cached_property
    def objects(self) -> list[Body]:
        """The objects in releases of the project's own chart."""
        lists = (values.get("resources") for values in self.values.values())
        return [each for found in lists if isinstance(found, list) for each in found]

    def kind(self, *kinds: str) -> list[Body]:
        """The objects of kinds."""
        return [each for each in self.objects if each["kind"] in kinds]

    @cached_property
    def namespaces(self) -> dict[str, Mapping[str, str]]:
        """The namespaces that are made, with their labels."""
        made = self.all("platform", "kubernetes_namespace_v1")
        return {each["metadata"]["name"]: each["metadata"].get("labels", {}) for each in made}

    @cached_property
    def rules(self) -> list[Body]:
        """The rules of the project's own roles."""
        return [
            rule for role in self.kind("Role", "ClusterRole") for rule in role.get("rules") or ()
        ]

    def allows(self, resource: str, *verbs: str) -> bool:
        """Whether a rule without names of objects allows one of the verbs for a resource."""
        return any(
            {resource, "*"} & set(rule.get("resources", ()))
            and {"*", *verbs} & set(rule["verbs"])
            and not rule.get("resourceNames")
            for rule in self.rules
        )


def _cluster(example: Example) -> Body:
    return next(iter(example.all("cluster", "aws_eks_cluster")), {})


def control_plane_logs(example: Example) -> bool:
    return set(_cluster(example).get("enabled_cluster_log_types", ())) == LOGS


def logs_are_kept(example: Example) -> bool:
    groups = example.all("cluster", "aws_cloudwatch_log_group")
    return any(
        each["name"].startswith("/aws/eks/")
        and each.get("kms_key_id")
        and each["retention_in_days"] >= 90
        for each in groups
    )


def few_administrators(example: Example) -> bool:
    """Only the roles of `admins` are administrators by IAM, and no binding makes more."""
    admins = [
        each
        for each in example.all("cluster", "aws_eks_access_policy_association")
        if "ClusterAdmin" in each["policy_arn"]
    ]
    bound = example.all("platform", "kubernetes_cluster_role_binding_v1")
    named = [
        subject["name"]
        for each in bound
        if each["role_ref"]["name"] == "cluster-admin"
        for subject in each["subject"]
    ]
    return len(admins) == 1 and set(named) <= {"platform-admin"}


def team_roles_are_bound_in_namespaces(example: Example) -> bool:
    bound = example.all("platform", "kubernetes_role_binding_v1")
    cluster_wide = example.all("platform", "kubernetes_cluster_role_binding_v1")
    teams = {subject["name"] for each in bound for subject in each["subject"]}
    others = {subject["name"] for each in cluster_wide for subject in each["subject"]}
    return bool(teams) and not teams & others


def no_wildcards(example: Example) -> bool:
    return bool(example.rules) and not any(
        "*" in rule.get(key, ()) for rule in example.rules for key in ("verbs", "resources")
    )


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
    access = _cluster(example).get("access_config", {})
    entries = example.all("cluster", "aws_eks_access_entry")
    return (
        access.get("authentication_mode") == "API"
        and access.get("bootstrap_cluster_creator_admin_permissions") is False
        and bool(entries)
        and not any("system:masters" in (each.get("kubernetes_groups") or ()) for each in entries)
    )


def _not_allowed(resource: str, *verbs: str) -> Callable[[Example], bool]:
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


def images_are_scanned(example: Example) -> bool:
    scanning = example.all("account", "aws_ecr_registry_scanning_configuration")
    return any(each.get("rule") for each in scanning)


def registry_access(example: Example) -> bool:
    policies = example.all("account", "aws_ecr_repository_policy")
    return bool(policies) and not any('"Principal": "*"' in str(each) for each in policies)


def nodes_only_pull(example: Example) -> bool:
    attached = {
        each["policy_arn"].rpartition("/")[2]
        for each in example.all("cluster", "aws_iam_role_policy_attachment")
        if "ContainerRegistry" in each["policy_arn"]
    }
    return attached == {"AmazonEC2ContainerRegistryPullOnly"}


def approved_registries(example: Example) -> bool:
    names = {each["metadata"]["name"] for each in example.kind("ValidatingPolicy")}
    return "allowed-registries" in names


def own_roles(example: Example) -> bool:
    made = example.all("cluster", "aws_eks_pod_identity_association")
    made += example.all("platform", "aws_eks_pod_identity_association")
    accounts = [(each["namespace"], each["service_account"]) for each in made]
    roles = [each["role_arn"] for each in made]
    return len(made) > 3 and len(set(accounts)) == len(accounts) and len(set(roles)) == len(roles)


def secrets_are_encrypted(example: Example) -> bool:
    encryption = _cluster(example).get("encryption_config", {})
    keys = example.all("cluster", "aws_kms_key")
    return (
        "secrets" in encryption.get("resources", ())
        and bool(keys)
        and all(each["enable_key_rotation"] for each in keys)
    )


def private_api(example: Example) -> bool:
    access = _cluster(example).get("vpc_config", {})
    return (
        access.get("endpoint_private_access") is True
        and access.get("endpoint_public_access") is False
    )


def private_nodes(example: Example) -> bool:
    groups = example.all("cluster", "aws_eks_node_group")
    subnets = [subnet for each in groups for subnet in each["subnet_ids"]]
    public = example.all("network", "aws_subnet")
    return (
        bool(subnets)
        and all(".private_subnet_ids" in subnet for subnet in subnets)
        and not any(each.get("map_public_ip_on_launch") for each in public)
    )


def tls_at_the_front_door(example: Example) -> bool:
    by_protocol = {each["protocol"]: each for each in example.all("edge", "aws_lb_listener")}
    if set(by_protocol) != {"HTTP", "HTTPS"}:
        return False
    [action] = by_protocol["HTTP"]["default_action"]
    return action["type"] == "redirect" and bool(by_protocol["HTTPS"]["certificate_arn"])


def no_secrets(example: Example) -> bool:
    types = {"aws_secretsmanager_secret_version", "kubernetes_secret_v1", "random_password"}
    found = [each for type_ in types for each in example.all("platform", type_)]
    return bool(example.objects) and not found and not example.kind("Secret")


def read_only_file_systems(example: Example) -> bool:
    values = example.values
    return (
        "fluent-bit" in values
        and values["fluent-bit"]["securityContext"]["readOnlyRootFilesystem"] is True
        and values["nginx-ingress"]["controller"]["readOnlyRootFilesystem"] is True
    )


def supported_version(example: Example) -> bool:
    major, _, minor = _cluster(example).get("version", "0.0").partition(".")
    return (int(major), int(minor)) >= (1, 23)


def no_snippets(example: Example) -> bool:
    controller = example.values.get("nginx-ingress", {}).get("controller", {})
    return bool(controller) and not controller.get("enableSnippets")


def memory_limits(example: Example) -> bool:
    """Wherever requests are set, a limit of memory is as well."""
    found = [each for values in example.values.values() for each in _requests(values)]
    limits = example.all("platform", "kubernetes_limit_range_v1")
    return (
        bool(found) and all("memory" in each.get("limits", {}) for each in found) and bool(limits)
    )


def _requests(value: Any) -> Iterator[Body]:
    if isinstance(value, dict):
        requests = value.get("requests")
        if isinstance(requests, dict) and "memory" in requests:
            yield value
        for inner in value.values():
            yield from _requests(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _requests(inner)


def no_retired_controller(example: Example) -> bool:
    return "nginx-ingress" in example.values and "ingress-nginx" not in example.values


CHECKS: Final[Mapping[str, Callable[[Example], bool]]] = {
    each.__name__: each
    for each in (
        access_by_entries,
        approved_registries,
        boundaries,
        control_plane_logs,
        default_accounts_have_no_token,
        default_is_unused,
        external_secrets,
        few_administrators,
        images_are_scanned,
        logs_are_kept,
        memory_limits,
        no_escalation,
        no_retired_controller,
        no_secrets,
        no_snippets,
        no_token_creation,
        no_tokens_without_need,
        no_webhook_configurations,
        no_wildcards,
        nodes_only_pull,
        own_roles,
        pod_security,
        policies_are_enforced,
        policies_in_every_namespace,
        private_api,
        private_nodes,
        read_only_file_systems,
        registry_access,
        secrets_are_encrypted,
        secrets_as_files,
        supported_version,
        team_roles_are_bound_in_namespaces,
        tls_at_the_front_door,
    )
} | {
    "no_node_proxy": _not_allowed("nodes/proxy", "get", "create"),
    "no_volumes": _not_allowed("persistentvolumes", "create"),
}
"""By the name in tools/docs/hardening.yaml."""

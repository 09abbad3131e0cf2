"""Checks of the synthesized output for the answers of docs/hardening.md.

Each is false where what it is about is missing, so that no answer is held by nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from support.hardening_example import Body, Example
from support.hardening_platform import (
    access_by_entries,
    boundaries,
    default_accounts_have_no_token,
    default_is_unused,
    external_secrets,
    no_escalation,
    no_token_creation,
    no_tokens_without_need,
    no_webhook_configurations,
    not_allowed,
    pod_security,
    policies_are_enforced,
    policies_in_every_namespace,
    secrets_as_files,
)

KUBERNETES_NAMESPACES: Final = {"default", "kube-system"}

LOGS: Final = {"api", "audit", "authenticator", "controllerManager", "scheduler"}


def control_plane_logs(example: Example) -> bool:
    return set(example.cluster.get("enabled_cluster_log_types", ())) == LOGS


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
    encryption = example.cluster.get("encryption_config", {})
    keys = example.all("cluster", "aws_kms_key")
    return (
        "secrets" in encryption.get("resources", ())
        and bool(keys)
        and all(each["enable_key_rotation"] for each in keys)
    )


def private_api(example: Example) -> bool:
    access = example.cluster.get("vpc_config", {})
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
    major, _, minor = example.cluster.get("version", "0.0").partition(".")
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
    "no_node_proxy": not_allowed("nodes/proxy", "get", "create"),
    "no_volumes": not_allowed("persistentvolumes", "create"),
}
"""By the name in tools/docs/hardening.yaml."""

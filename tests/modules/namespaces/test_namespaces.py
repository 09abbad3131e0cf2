"""Namespaces of teams (D2, G5, J5, J6): quotas, limit ranges, network policies, roles."""

import json
from typing import Any

import pytest

from config import versions
from config.sections.cluster import Cluster
from modules.cluster.addon_catalog import EKS_ADDONS
from modules.namespaces.namespaces import team_namespaces
from modules.namespaces.role_bindings import cluster_role_bindings
from modules.remote_state import RemoteOutputs
from support.environments import environment
from support.kubernetes_objects import problems
from support.one_module import Resources, resources_of
from tools.standins.kubernetes_objects import converted

NAMESPACE_LABEL = "kubernetes.io/metadata.name"


def made(namespace: dict[str, Any] | None = None, **settings: Any) -> Resources:
    """The resources of a team `shop` with one namespace `shop-web`."""
    others = {key: settings.pop(key, {}) for key in ("cluster", "platform")}
    team = {"namespaces": {"shop-web": namespace or {}}, **settings}
    found = environment(teams={"shop": team}, **others)
    return resources_of(
        lambda stack: team_namespaces(stack, found, {}, "./chart", RemoteOutputs(stack, found))
    )


def policies(**traffic: Any) -> dict[str, dict[str, Any]]:
    """The specs of the network policies by name."""
    found = made({"traffic": traffic})["kubernetes_network_policy_v1"].values()
    return {policy["metadata"]["name"]: policy["spec"] for policy in found}


def test_pods_with_too_many_privileges_are_refused() -> None:
    labels = made()["kubernetes_namespace_v1"]["namespace_shop_web"]["metadata"]["labels"]
    assert labels == {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
        "team": "shop",
    }


def test_custom_labels_do_not_override_pod_security() -> None:
    own = {"stage": "prod", "pod-security.kubernetes.io/enforce": "privileged"}
    made_ = made({"labels": own, "pod_security": "baseline"})
    labels = made_["kubernetes_namespace_v1"]["namespace_shop_web"]["metadata"]["labels"]
    assert labels["stage"] == "prod"
    assert labels["pod-security.kubernetes.io/enforce"] == "baseline"


def test_a_quota_limits_pods_volumes_and_load_balancers() -> None:
    quota = made({"quota": {"cpu_requests": "4", "pods": 10}})["kubernetes_resource_quota_v1"]
    hard = quota["quota_shop_web"]["spec"]["hard"]
    assert hard["requests.cpu"] == "4"
    assert hard["pods"] == "10"
    assert hard["services.loadbalancers"] == "0"
    assert hard["services.nodeports"] == "0"


def test_no_pod_has_a_priority_of_the_system() -> None:
    spec = made()["kubernetes_resource_quota_v1"]["priority_quota_shop_web"]["spec"]
    assert spec["hard"] == {"pods": "0"}
    [expression] = spec["scope_selector"]["match_expression"]
    assert expression["scope_name"] == "PriorityClass"
    assert expression["values"] == ["system-cluster-critical", "system-node-critical"]


def test_a_container_without_resources_gets_defaults() -> None:
    made_ = made()
    hard = made_["kubernetes_resource_quota_v1"]["quota_shop_web"]["spec"]["hard"]
    [limit] = made_["kubernetes_limit_range_v1"]["limits_shop_web"]["spec"]["limit"]
    assert limit["type"] == "Container"
    given = {f"requests.{key}" for key in limit["default_request"]}
    given |= {f"limits.{key}" for key in limit["default"]}
    counted = {key for key in hard if key in {"requests.cpu", "requests.memory"}}
    counted |= {key for key in hard if key.startswith("limits.")}
    assert counted <= given


def test_a_container_has_a_maximum() -> None:
    defaults = {"max_cpu": "2", "max_memory": "1Gi"}
    limits = made({"container_defaults": defaults})["kubernetes_limit_range_v1"]
    [limit] = limits["limits_shop_web"]["spec"]["limit"]
    assert limit["max"] == {"cpu": "2", "memory": "1Gi"}
    assert limit["default"]["cpu"] == "2"


def test_traffic_is_denied_by_default() -> None:
    deny = policies()["default-deny"]
    assert deny["pod_selector"] == {}
    assert deny["policy_types"] == ["Ingress", "Egress"]
    assert "ingress" not in deny
    assert "egress" not in deny


def test_nodes_enforce_network_policies() -> None:
    vpc_cni = next(addon for addon in EKS_ADDONS if addon.name == "vpc-cni")
    assert vpc_cni.values(environment())["enableNetworkPolicy"] == "true"


def test_pods_can_use_dns_and_reach_their_namespace() -> None:
    found = policies()
    [dns] = found["allow-dns"]["egress"]
    assert {(port["protocol"], port["port"]) for port in dns["ports"]} == {
        ("UDP", "53"),
        ("TCP", "53"),
    }
    [peer] = dns["to"]
    assert peer["namespace_selector"]["match_labels"] == {NAMESPACE_LABEL: "kube-system"}
    assert peer["pod_selector"]["match_labels"] == {"k8s-app": "kube-dns"}
    same = found["allow-same-namespace"]
    assert same["ingress"] == [{"from": [{"pod_selector": {}}]}]
    assert same["egress"] == [{"to": [{"pod_selector": {}}]}]


def test_pods_get_the_credentials_of_their_role() -> None:
    [agent] = policies()["allow-pod-identity"]["egress"]
    assert agent["to"] == [{"ip_block": {"cidr": "169.254.170.23/32"}}]
    assert agent["ports"] == [{"port": "80", "protocol": "TCP"}]
    irsa = made(cluster={"identity": "irsa"})["kubernetes_network_policy_v1"]
    assert "allow_pod_identity_shop_web" not in irsa


def test_requests_are_allowed_from_the_ingress_controllers_namespace() -> None:
    [rule] = policies(from_namespaces=["monitoring"])["allow-from-namespaces"]["ingress"]
    names = [peer["namespace_selector"]["match_labels"][NAMESPACE_LABEL] for peer in rule["from"]]
    assert names == ["ingress", "monitoring"]
    assert "allow-from-namespaces" not in policies(from_ingress=False)


def test_prometheus_may_scrape_where_monitoring_is_enabled() -> None:
    [rule] = policies()["allow-from-monitoring"]["ingress"]
    [peer] = rule["from"]
    assert peer["namespace_selector"]["match_labels"] == {NAMESPACE_LABEL: "monitoring"}
    assert peer["pod_selector"]["match_labels"] == {"app.kubernetes.io/name": "prometheus"}
    assert "allow-from-monitoring" not in policies(from_monitoring=False)
    without = made(platform={"monitoring": {"enabled": False}})["kubernetes_network_policy_v1"]
    assert "allow_from_monitoring_shop_web" not in without


def test_egress_is_configured() -> None:
    egress = [{"cidr": "10.9.0.0/16", "ports": [5432]}]
    found = policies(https=False, to_namespaces=["bank"], egress=egress)
    assert "allow-https" not in found
    [database] = found["allow-egress-0"]["egress"]
    assert database == {
        "to": [{"ip_block": {"cidr": "10.9.0.0/16"}}],
        "ports": [{"port": "5432", "protocol": "TCP"}],
    }
    [bank] = found["allow-to-namespaces"]["egress"]
    assert bank["to"] == [{"namespace_selector": {"match_labels": {NAMESPACE_LABEL: "bank"}}}]


@pytest.mark.parametrize("role", ["admin", "edit", "view"])
def test_a_teams_groups_have_kubernetes_default_roles_in_its_namespaces(role: str) -> None:
    groups: dict[str, Any] = {f"{role}_groups": ["guests"]}
    bindings = made(None, **groups)["kubernetes_role_binding_v1"]
    binding = bindings[f"{role}_binding_shop_web"]
    assert binding["role_ref"] == {
        "api_group": "rbac.authorization.k8s.io",
        "kind": "ClusterRole",
        "name": role,
    }
    subjects = [(each["kind"], each["name"]) for each in binding["subject"]]
    assert subjects == [("Group", f"shop-{role}"), ("Group", "guests")]


def test_an_access_entry_can_have_a_teams_group() -> None:
    principal = "arn:aws:iam::123456789012:role/shop"
    cluster = Cluster.model_validate(
        {"access": [{"principal": principal, "groups": ["shop-edit"]}]}
    )
    bindings = made()["kubernetes_role_binding_v1"].values()
    bound = {subject["name"] for binding in bindings for subject in binding["subject"]}
    assert set(cluster.access[0].groups) <= bound


def test_groups_can_have_cluster_wide_roles() -> None:
    found = environment(cluster_roles={"edit": ["release-managers"], "view": []})
    bindings = resources_of(lambda stack: cluster_role_bindings(stack, found))
    roles = {
        binding["role_ref"]["name"]: [subject["name"] for subject in binding["subject"]]
        for binding in bindings["kubernetes_cluster_role_binding_v1"].values()
    }
    assert roles == {"cluster-admin": ["platform-admin"], "edit": ["release-managers"]}


def test_everything_in_a_namespace_depends_on_it() -> None:
    outside = {"helm_release", "kubernetes_namespace_v1"}
    inside = {type_: of_type for type_, of_type in made().items() if type_ not in outside}
    assert len(inside) == 5
    for of_type in inside.values():
        for body in of_type.values():
            reference = "${kubernetes_namespace_v1.namespace_shop_web.metadata[0].name}"
            assert body["metadata"]["namespace"] == reference


@pytest.mark.parametrize("minor", versions.minors())
def test_kubernetes_accepts_every_object(minor: str) -> None:
    traffic = {"to_namespaces": ["bank"], "egress": [{"cidr": "10.9.0.0/16", "ports": [5432]}]}
    defaults = {"max_cpu": "2", "max_memory": "1Gi"}
    team = {"namespaces": {"shop": {"traffic": traffic, "container_defaults": defaults}}}
    found = environment(teams={"shop": team})
    resources = resources_of(
        lambda stack: (
            team_namespaces(stack, found, {}, "./chart", RemoteOutputs(stack, found)),
            cluster_role_bindings(stack, found),
        )
    )
    [release] = resources.pop("helm_release").values()
    policies = json.loads(release["values"][0])["resources"]
    objects = [
        converted(type_, body)
        for type_, of_type in resources.items()
        for body in of_type.values()
        if type_ != "helm_release"
    ]
    assert len(objects) == 19
    assert [problem for each in objects + policies for problem in problems(each, minor)] == []


def test_pods_have_the_security_groups_of_the_configuration_and_that_of_the_nodes() -> None:
    groups = ["sg-0123456789abcdef0", "sg-0123456789abcdef1"]
    database = {"labels": {"app": "orders"}, "groups": groups}
    release = made({"security_groups": {"database": database, "all": {"groups": groups[:1]}}})[
        "helm_release"
    ]["pod_security_groups"]
    orders, every = json.loads(release["values"][0])["resources"]
    assert orders["metadata"] == {"name": "database", "namespace": "shop-web"}
    assert orders["spec"]["podSelector"] == {"matchLabels": {"app": "orders"}}
    assert every["spec"]["podSelector"] == {}
    nodes, *own = orders["spec"]["securityGroups"]["groupIds"]
    assert nodes == "${data.terraform_remote_state.cluster.outputs.node_security_group_id}"
    assert own == groups
    assert release["depends_on"] == ["kubernetes_namespace_v1.namespace_shop_web"]


def test_without_security_groups_of_pods_there_is_no_release() -> None:
    assert "pod_security_groups" not in made()["helm_release"]

"""Pods of add-ons reach and are reached by what they need, and nothing else (J5)."""

from collections.abc import Sequence
from functools import cache

import pytest

from config import versions
from config.derived.front_doors import front_doors
from modules.addons.catalog import platform_releases
from modules.helm.pod_security import KUBERNETES_NAMESPACES
from modules.helm.releases import PlannedRelease
from runner.reach.evaluator import Pod
from support.addon_connections import (
    ALERTMANAGER,
    ARGO,
    CONTROLLERS,
    GATEWAY,
    GRAFANA,
    ISTIOD,
    OPEN,
    PROMETHEUS,
    REPORTS,
    STACK,
    TEMPO,
    WITHOUT_API,
    door_of,
    expected,
)
from support.addon_environments import MINORS, VARIANTS, variant
from support.environments import environment
from support.kubernetes_objects import problems
from support.network import INTERNET, NODE_LOCAL, Network, facts

OFF = "traefik-acme"
"""The variant that switches the policies off."""

NAMES = sorted(set(VARIANTS) - {OFF})


@cache
def network(name: str) -> Network:
    return Network(variant(name, MINORS[-1]))


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_denied_by_default_in_every_namespace_of_an_add_on(name: str) -> None:
    of = network(name)
    made = {release.namespace for release in _releases(of)} - KUBERNETES_NAMESPACES
    assert made == set(of.policies)
    for policies in of.policies.values():
        deny = policies[0]["spec"]
        assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for pod in of.pods.values():
        assert of.enforced.isolates(pod, "Ingress")
        assert of.enforced.isolates(pod, "Egress")


def _releases(of: Network) -> Sequence[PlannedRelease]:
    return platform_releases(of.environment)


@pytest.mark.parametrize("name", NAMES)
def test_every_policy_selects_pods_by_labels_that_they_have(name: str) -> None:
    of = network(name)
    selecting = {group.name for key in of.pods for group in of.groups_with(*key)}
    assert {group.name for group in of.groups if group.traffic.labels} == selecting


def test_no_pod_of_an_add_on_is_left_without_traffic() -> None:
    known = {(addon, pods) for addon, each in facts().items() for pods in each}
    # Velero's policy for all pods of the namespace is for those that it makes itself.
    known -= {("velero", "data-mover"), ("velero", "upgrade-crds")}
    known -= {(ARGO, "dex-server")} - set(network("gitops").present)
    assert {key for name in NAMES for key in network(name).present} == known


@pytest.mark.parametrize("name", NAMES)
def test_what_is_called_through_a_service_is_selected_by_labels_of_its_selector(name: str) -> None:
    """The VPC CNI opens the address of a Service whose selector has the labels of the rule."""
    of = network(name)
    called = {(call.addon, call.pods) for group in of.groups for call in group.traffic.calls}
    for key in of.present:
        for group in of.groups_with(*key):
            if (group.addon, group.traffic.name) in called or group.traffic.backends:
                labels = group.traffic.labels.items()
                for selector in facts()[key[0]][key[1]]["selectors"]:
                    assert labels <= selector.items(), group.name


@pytest.mark.parametrize("name", NAMES)
def test_pods_of_add_ons_reach_each_other_as_needed_and_not_otherwise(name: str) -> None:
    of = network(name)
    for enforced in (of.enforced, of.by_cilium):
        found = {
            (client, server, port)
            for client in of.present
            for server in of.present
            for port in enforced.ports(of.pods[client], of.pods[server], of.ports)
        }
        assert found == expected(of)


@pytest.mark.parametrize("name", NAMES)
def test_only_the_kubernetes_api_reaches_webhooks(name: str) -> None:
    of = network(name)
    for key in of.present:
        for port in facts()[key[0]][key[1]].get("webhooks", ()):
            for enforced in (of.enforced, of.by_cilium):
                assert enforced.allows(of.address("control_plane"), of.pods[key], port)
                for other in (of.team, of.address("private"), of.address("public"), INTERNET):
                    assert not enforced.allows(other, of.pods[key], port)


@pytest.mark.parametrize("name", NAMES)
def test_other_pods_reach_nothing_but_what_is_open_to_all(name: str) -> None:
    of = network(name)
    for client in (of.team, of.dns):
        for key in of.present:
            reached = of.enforced.ports(client, of.pods[key], of.ports)
            door = door_of(of, key[0])
            # A Network Load Balancer keeps the address of its client, which can be a pod.
            balanced = key[0] in CONTROLLERS and not door.is_alb
            served = set(door.target_ports) if balanced else set[int]()
            assert reached <= set(OPEN.get(key, ())) | served
            assert reached >= set(OPEN.get(key, ()))


@pytest.mark.parametrize("name", NAMES)
def test_a_load_balancer_reaches_its_ingress_controller_and_nothing_else(name: str) -> None:
    of = network(name)
    for door in front_doors(of.environment):
        address = of.address(door.tier)
        own = {name for name in CONTROLLERS if door_of(of, name) == door}
        everyone = {name for name in CONTROLLERS if not door_of(of, name).is_alb}
        for port in door.target_ports:
            reached = {key[0] for key in of.reached_by(address, port)}
            assert reached & own
            assert reached <= own | everyone
    used = {port for door in front_doors(of.environment) for port in door.target_ports}
    for port in of.ports - used:
        assert not of.reached_by(of.address("public"), port)


@pytest.mark.parametrize("name", NAMES)
def test_the_kubernetes_api_is_reached_by_those_that_use_it(name: str) -> None:
    of = network(name)
    for address in (of.api, of.address("control_plane")):
        assert of.reaching(address, 443) == set(of.present) - WITHOUT_API
    other_service = of.environment.cluster.service_cidr[99]
    assert of.reaching(other_service, 443) == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_pod_uses_dns(name: str) -> None:
    of = network(name)
    for protocol in ("UDP", "TCP"):
        assert of.reaching(of.dns, 53, protocol) == set(of.present)


@pytest.mark.parametrize("name", NAMES)
def test_prometheus_reaches_nodes_applications_and_the_pods_of_kube_system(name: str) -> None:
    of = network(name)
    for port in (9100, 10250):
        assert of.reaching(of.address("private"), port) == {PROMETHEUS}
    assert of.enforced.allows(of.prometheus, of.team, 12345)
    assert of.enforced.allows(of.prometheus, of.dns, 9153)
    assert not of.enforced.allows(of.prometheus, INTERNET, 443)


@pytest.mark.parametrize("name", NAMES)
def test_the_ingress_controller_reaches_applications_and_not_kube_system(name: str) -> None:
    of = network(name)
    reaching = {key[0] for key in of.reaching(of.team, 12345)} - {STACK, "istio-ingress"}
    assert reaching <= set(CONTROLLERS)
    assert reaching
    assert {key[0] for key in of.reaching(of.dns, 9153)} <= {STACK, "istio-ingress"}


def test_aws_and_the_internet_are_reached_by_those_that_call_them() -> None:
    of = network("full")
    aws = {
        ("cert-manager", "controller"),
        ("external-dns", "external-dns"),
        ("external-secrets", "external-secrets"),
        ("kyverno", "admission-controller"),
        ("kyverno", "reports-controller"),
        ("velero", "velero"),
        ("velero", "node-agent"),
        ALERTMANAGER,
        REPORTS,
        TEMPO,
    }
    others = {
        ("falco", "falco"),
        ("opencost", "opencost"),
        (ARGO, "applicationset-controller"),
        (ARGO, "notifications-controller"),
        (ARGO, "repo-server"),
        (ARGO, "server"),
        GRAFANA,
        ISTIOD,
    }
    assert of.reaching(INTERNET, 443) == aws | others
    assert of.reaching(NODE_LOCAL, 80) == aws | {("cert-manager", "controller")}
    assert of.reaching(INTERNET, 22) == {(ARGO, "repo-server")}
    assert of.reaching(INTERNET, 587) == {ALERTMANAGER}
    assert of.reaching(INTERNET, 53, "UDP") == {("cert-manager", "controller")}
    assert of.reaching(of.team, 443) - {key for key in of.present if key[0] in CONTROLLERS} == {
        GATEWAY,
        PROMETHEUS,
    }
    assert network("irsa").reaching(NODE_LOCAL, 80) == set()


def test_challenges_are_solved_in_namespaces_with_certificates() -> None:
    of = network("full")
    labels = {"acme.cert-manager.io/http01-solver": "true"}
    [controller] = [of.pods[key] for key in of.present if key[0] in CONTROLLERS]
    served = {
        name for name in of.policies if of.enforced.allows(controller, _pod(of, name, labels), 8089)
    }
    assert served == {"ingress", "istio-ingress", "logging", "monitoring"}
    assert not of.enforced.allows(of.team, _pod(of, "monitoring", labels), 8089)


def _pod(of: Network, namespace: str, labels: dict[str, str]) -> Pod:
    return Pod(namespace, labels, of.address("pods"))


def test_more_can_be_allowed_in_a_namespace() -> None:
    of = network("gitops")
    monitoring, argo = of.pods[GRAFANA], of.pods[ARGO, "repo-server"]
    assert {each["metadata"]["name"] for each in of.policies["argocd"]} >= {"platform-allow"}
    [spec] = [
        each["spec"]
        for each in of.policies["monitoring"]
        if each["metadata"]["name"] == "platform-allow"
    ]
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}}
    assert spec == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [peer]}],
        "egress": [{"to": [peer]}],
    }
    git = of.environment.platform.network_policies.allow["argocd"].egress[0].cidr[5]
    assert of.enforced.allows(argo, git, 8443)
    assert not of.enforced.allows(monitoring, git, 8443)


def test_without_them_no_policy_is_made() -> None:
    assert Network(variant(OFF, MINORS[-1])).policies == {}


def test_ports_of_configured_servers_are_opened() -> None:
    of = Network(
        environment(
            platform={
                "argo_cd": {
                    "repositories": {
                        "a": {"url": "ssh://git@git.example.com:2222/platform.git"},
                        "b": {"url": "https://git.example.com:8443/platform.git"},
                    },
                    "connectors": {
                        "ldap": {
                            "type": "ldap",
                            "name": "LDAP",
                            "config": {"host": "ldap.example.com:1636"},
                        }
                    },
                },
                "charts": {"image_registry": "registry.example.com:5000"},
                "falco": {"enabled": True},
            }
        )
    )
    assert of.reaching(INTERNET, 2222) == of.reaching(INTERNET, 8443) == {(ARGO, "repo-server")}
    assert of.reaching(INTERNET, 1636) == {(ARGO, "dex-server")}
    assert of.reaching(INTERNET, 5000) == {("falco", "falco")}


@pytest.mark.parametrize("minor", versions.minors())
def test_kubernetes_accepts_the_policies(minor: str) -> None:
    for name in ("full", "gitops"):
        for policies in network(name).policies.values():
            assert len({each["metadata"]["name"] for each in policies}) == len(policies)
            for policy in policies:
                assert list(problems(policy, minor)) == []

"""WireGuard between nodes (J4): Cilium, chained after the VPC CNI."""

import json
import re
from typing import Any

import yaml

from config.problem import Problem
from modules.addons.catalog import all_addons, rendered
from modules.addons.karpenter.resources import node_pool
from modules.cluster.security_group_rules import security_group_rules
from modules.helm.graph import require_first_addons
from modules.nodes import CILIUM_NOT_READY
from support.cluster import Cluster
from support.environments import environment, problems
from support.platform import Releases

ON: dict[str, Any] = {"cilium": {"enabled": True}}
WITHOUT_PODS = {"network-policies", "prometheus-operator-crds"}


def values(**platform: Any) -> dict[str, Any]:
    settings = {"cilium": {"enabled": True, **platform.pop("cilium", {})}, **platform}
    return rendered(environment(platform=settings))["cilium"].values


def vpc_cni(**platform: Any) -> dict[str, Any]:
    made = Cluster(environment(platform=platform))
    return json.loads(made.one("aws_eks_addon", "vpc_cni")["configuration_values"])


def found(**settings: Any) -> list[Problem]:
    return problems(environment(**settings))


def test_cilium_is_not_installed_by_default() -> None:
    assert "cilium" not in rendered(environment())
    assert vpc_cni()["enableNetworkPolicy"] == "true"


def test_traffic_between_nodes_is_encrypted_with_wireguard() -> None:
    made = values()
    assert made["encryption"] == {"enabled": True, "type": "wireguard"}
    assert made["cni"]["enableRouteMTUForCNIChaining"] is True


def test_the_vpc_cni_still_assigns_addresses() -> None:
    made = values()
    assert made["cni"]["chainingMode"] == "aws-cni"
    assert made["cni"]["exclusive"] is False
    assert made["enableIPv4Masquerade"] is False
    assert (made["routingMode"], made["endpointRoutes"]) == ("native", {"enabled": True})
    assert made["kubeProxyReplacement"] == "false"


def test_nodes_can_use_wireguard_between_each_other() -> None:
    [flow] = [
        f
        for f in security_group_rules(environment(platform=ON))
        if (f.source, f.target) == ("node",) * 2
    ]
    assert (flow.protocol, flow.port) == ("-1", None)


def test_only_one_of_the_cnis_enforces_network_policies() -> None:
    assert vpc_cni(**ON)["enableNetworkPolicy"] == "false"
    settings = {"addons": {"vpc-cni": {"values": {"enableNetworkPolicy": "true"}}}}
    [problem] = found(cluster=settings, platform=ON)
    assert problem.path[-1] == "enableNetworkPolicy"
    assert found(cluster=settings) == []


def test_policies_do_not_block_the_pod_identity_agent() -> None:
    [rule] = rendered(environment(platform=ON))["cilium-resources"].manifests
    assert rule["spec"]["egress"][0]["toEntities"] == ["host"]
    assert rule["spec"]["enableDefaultDeny"] == {"egress": False, "ingress": False}
    irsa = environment(cluster={"identity": "irsa"}, platform=ON)
    assert "cilium-resources" not in rendered(irsa)


def test_all_other_add_ons_are_installed_after_it() -> None:
    made = Releases(environment(platform=ON))
    for name in made.names - WITHOUT_PODS - {"cilium"}:
        assert "helm_release.cilium" in made.before(name), name


def test_its_requirements_are_installed_before_it() -> None:
    made = Releases(environment(platform=ON))
    assert "helm_release.prometheus_operator_crds" in made.before("cilium")
    assert "helm_release.cilium" not in made.before("prometheus-operator-crds")


def test_without_it_no_requirement_is_added() -> None:
    others = [addon for addon in all_addons() if not addon.install_first]
    assert require_first_addons(others) == others


def test_pods_that_started_before_it_are_restarted_except_jobs() -> None:
    watcher = values()["operator"]["unmanagedPodWatcher"]
    assert watcher["restart"] is True
    everything, *exceptions = watcher["selector"].split(",")
    assert re.fullmatch(r"[a-z./-]+ notin \(cilium\)", everything)
    assert exceptions == ["!batch.kubernetes.io/job-name"]


def test_the_selector_survives_a_chart_that_does_not_quote_it() -> None:
    selector = values()["operator"]["unmanagedPodWatcher"]["selector"]
    assert yaml.safe_load(f"pod-restart-selector: {selector}") == {"pod-restart-selector": selector}


def test_no_pod_starts_on_a_new_node_before_cilium() -> None:
    taint = {"key": "node.cilium.io/agent-not-ready", "value": "true", "effect": "NoExecute"}
    settings = environment(platform=ON)
    pool = settings.platform.karpenter.pools["default"]
    spec = node_pool(settings, "default", pool)["spec"]["template"]["spec"]
    assert spec["startupTaints"] == [taint]
    assert "startupTaints" not in node_pool(environment(), "x", pool)["spec"]["template"]["spec"]


def test_a_pool_with_the_taint_has_it_once() -> None:
    own = {"default": {"startup_taints": [CILIUM_NOT_READY.model_dump()]}}
    settings = environment(platform={**ON, "karpenter": {"node_pools": own}})
    pool = settings.platform.karpenter.pools["default"]
    spec = node_pool(settings, "default", pool)["spec"]["template"]["spec"]
    assert [each["key"] for each in spec["startupTaints"]] == [CILIUM_NOT_READY.key]


def test_managed_nodes_have_the_taint_except_system_nodes() -> None:
    made = Cluster(environment(cluster={"node_groups": {"more": {}}}, platform=ON))
    keys = {
        id_: [taint["key"] for taint in group.get("taint", [])]
        for id_, group in made.of("aws_eks_node_group").items()
    }
    assert keys == {
        "node_group_system": ["CriticalAddonsOnly"],
        "node_group_more": [CILIUM_NOT_READY.key],
    }


def test_the_cluster_autoscaler_treats_it_as_a_startup_taint() -> None:
    def arguments(**platform: Any) -> dict[str, Any]:
        cluster = {"autoscaler": "cluster_autoscaler", "node_groups": {"more": {}}}
        made = rendered(environment(cluster=cluster, platform=platform))
        return made["cluster-autoscaler"].values["extraArgs"]

    assert arguments(**ON)["startup-taint"] == CILIUM_NOT_READY.key
    assert "startup-taint" not in arguments()


def test_it_does_not_bypass_the_sidecars_of_a_mesh() -> None:
    assert values(istio={"enabled": True})["socketLB"] == {"hostNamespaceOnly": True}
    assert "socketLB" not in values()


def test_the_operator_survives_a_node() -> None:
    operator = values()["operator"]
    assert operator["replicas"] == 2
    assert operator["podDisruptionBudget"] == {"enabled": True}
    alone = values(cilium={"operator_replicas": 1})["operator"]
    assert alone["podDisruptionBudget"] == {"enabled": False}


def test_hubble_is_optional_and_keeps_its_certificates() -> None:
    assert values()["hubble"] == {"enabled": False}
    made = values(cilium={"hubble": True})["hubble"]
    assert made["relay"]["enabled"] is True
    assert made["tls"] == {"auto": {"method": "cronJob"}}


def test_metrics_are_enabled_only_with_prometheus() -> None:
    assert values()["prometheus"]["serviceMonitor"]["enabled"] is True
    assert values(monitoring={"enabled": False})["prometheus"]["enabled"] is False


def test_a_vpc_cni_that_is_too_old_is_refused() -> None:
    addons = {"addons": {"vpc-cni": {"version": "v1.11.0-eksbuild.1"}}}
    [problem] = found(cluster=addons, platform=ON)
    assert problem.path == ("cluster", "addons", "vpc-cni", "version")

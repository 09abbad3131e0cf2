"""The service mesh (J3): everything in it is encrypted, except configured ports."""

import json
from typing import Any

import pytest

from config.problem import Problem
from modules.addons.catalog import rendered
from modules.cluster.security_group_rules import security_group_rules
from modules.namespaces.network_policies import allowed_traffic
from support.environments import environment, problems
from support.platform import Releases
from support.platform_stack import before, platform_resources

WEB = {"web": {"labels": {"app": "web"}, "ports": [8080]}}
OPEN: dict[str, Any] = {"mesh": {"plain_ports": WEB}}
ON: dict[str, Any] = {"istio": {"enabled": True}}


def teams(**namespace: Any) -> dict[str, Any]:
    """A team with one namespace."""
    return {"shop": {"namespaces": {"shop": namespace}}}


def mesh(**istio: Any) -> dict[str, Any]:
    """The mesh's objects by kind."""
    made = rendered(environment(platform={"istio": {"enabled": True, **istio}}))
    return {each["kind"]: each for each in made["istiod-resources"].manifests}


def found(**settings: Any) -> list[Problem]:
    return problems(environment(**settings))


def test_istio_is_not_installed_by_default() -> None:
    assert not [name for name in rendered(environment()) if "istio" in name]


def test_the_whole_mesh_refuses_unencrypted_traffic() -> None:
    rule = mesh()["PeerAuthentication"]
    assert rule["metadata"] == {"name": "default", "namespace": "istio-system"}
    assert rule["spec"] == {"mtls": {"mode": "STRICT"}}


def test_permissive_mode_accepts_both() -> None:
    assert mesh(mtls="PERMISSIVE")["PeerAuthentication"]["spec"]["mtls"]["mode"] == "PERMISSIVE"


def test_the_root_namespace_is_the_control_planes() -> None:
    made = rendered(environment(platform={"istio": {"enabled": True, "namespace": "mesh"}}))
    rule = made["istiod-resources"].manifests[0]
    assert rule["metadata"]["namespace"] == "mesh"
    assert made["istiod"].values["global"]["istioNamespace"] == "mesh"
    assert made["istio-base"].values["global"]["istioNamespace"] == "mesh"


def test_crds_plugin_and_control_plane_are_installed_in_order() -> None:
    made = Releases(environment(platform=ON))
    assert "helm_release.istio_base" in made.before("istio-cni")
    assert "helm_release.istio_cni" in made.before("istiod")
    assert "helm_release.aws_load_balancer_controller" in made.before("istiod")
    assert "helm_release.prometheus_operator_crds" in made.before("istiod-resources")


def test_images_come_from_where_the_project_publishes_them() -> None:
    """The registry that the charts of 1.30 name is shut down."""
    made = rendered(environment(platform=ON))
    own = {"charts": {"image_registry": "registry.example"}}
    mirrored = rendered(environment(platform={**ON, **own}))
    for name in ("istiod", "istio-cni"):
        assert made[name].values["global"]["hub"] == "docker.io/istio"
        assert mirrored[name].values["global"]["hub"] == "registry.example/istio"


def test_pods_of_the_mesh_need_no_privileges() -> None:
    made = Releases(environment(platform=ON))
    values = made.values("istiod")
    assert values["cni"]["enabled"]
    assert values["global"]["proxy"]["seccompProfile"] == {"type": "RuntimeDefault"}
    labels = made.of("kubernetes_namespace_v1")["namespace_istio_system"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_a_lost_node_does_not_stop_new_pods() -> None:
    values = Releases(environment(platform=ON)).values("istiod")
    assert values["autoscaleMin"] == 2
    assert values["global"]["defaultPodDisruptionBudget"] == {"enabled": True}
    assert values["topologySpreadConstraints"]


def test_a_single_replica_has_no_disruption_budget() -> None:
    settings = {"istio": {"enabled": True, "replicas": 1}}
    values = Releases(environment(platform=settings)).values("istiod")
    assert values["global"]["defaultPodDisruptionBudget"] == {"enabled": False}


def test_requests_of_sidecars_can_be_configured() -> None:
    settings = {"istio": {"enabled": True, "proxy_cpu": "10m", "proxy_memory": "64Mi"}}
    proxy = Releases(environment(platform=settings)).values("istiod")["global"]["proxy"]
    assert proxy["resources"] == {
        "requests": {"cpu": "10m", "memory": "64Mi"},
        "limits": {"memory": "64Mi"},
    }


def test_the_webhooks_port_is_open_only_with_a_mesh() -> None:
    def webhook(**platform: Any) -> list[tuple[str, str]]:
        made = security_group_rules(environment(platform=platform))
        return [(flow.source, flow.target) for flow in made if flow.port == 15017]

    assert webhook() == []
    assert webhook(**ON) == [("control_plane", "node")]


def test_metrics_of_all_sidecars_are_scraped_where_monitoring_is_enabled() -> None:
    made = mesh()
    assert made["PodMonitor"]["spec"]["namespaceSelector"] == {"any": True}
    assert made["ServiceMonitor"]["spec"]["selector"]["matchLabels"] == {"istio": "pilot"}
    platform = {**ON, "monitoring": {"enabled": False}}
    release = rendered(environment(platform=platform))["istiod-resources"]
    assert [each["kind"] for each in release.manifests] == ["PeerAuthentication"]


def test_namespaces_of_teams_are_in_the_mesh_by_default() -> None:
    def labels(**namespace: Any) -> dict[str, str]:
        made = platform_resources(platform=ON, teams=teams(**namespace))
        return made["kubernetes_namespace_v1"]["namespace_shop"]["metadata"]["labels"]

    assert labels(**OPEN)["istio-injection"] == "enabled"
    assert "istio-injection" not in labels(mesh={"enabled": False})


def test_without_a_mesh_namespaces_are_unchanged() -> None:
    made = platform_resources(teams=teams())
    labels = made["kubernetes_namespace_v1"]["namespace_shop"]["metadata"]["labels"]
    assert "istio-injection" not in labels
    assert not [name for name in made["kubernetes_network_policy_v1"] if "mesh" in name]


def test_network_policies_let_sidecars_reach_the_control_plane() -> None:
    settings = environment(platform=ON, teams=teams(**OPEN))
    made = {a.name: a for a in allowed_traffic(settings, settings.teams["shop"].namespaces["shop"])}
    assert [peer.namespace for peer in made["allow-mesh"].egress] == ["istio-system"]
    assert made["allow-mesh"].ports == (("TCP", 15012),)
    assert [peer.namespace for peer in made["allow-mesh-metrics"].ingress] == ["monitoring"]
    assert made["allow-mesh-metrics"].ports == (("TCP", 15020),)


def test_prometheus_reaches_nothing_else_of_a_namespace() -> None:
    made = platform_resources(platform=ON, teams=teams(**OPEN))
    policy = made["kubernetes_network_policy_v1"]["allow_mesh_metrics_shop"]["spec"]
    [rule] = policy["ingress"]
    assert rule["ports"] == [{"port": "15020", "protocol": "TCP"}]


def test_only_configured_ports_accept_plain_traffic() -> None:
    made = platform_resources(platform=ON, teams=teams(**OPEN))
    release = made["helm_release"]["mesh_exceptions"]
    [rule] = json.loads(release["values"][0])["resources"]
    assert rule["metadata"] == {"name": "web", "namespace": "shop"}
    assert rule["spec"] == {
        "selector": {"matchLabels": {"app": "web"}},
        "portLevelMtls": {"8080": {"mode": "PERMISSIVE"}},
    }


def test_exceptions_are_made_after_namespaces_and_before_applications() -> None:
    namespace = {**OPEN}
    team = {"namespaces": {"shop": namespace}}
    made = platform_resources(platform=ON, teams={"shop": team})
    earlier = before(made, "helm_release.mesh_exceptions")
    assert {"kubernetes_namespace_v1.namespace_shop", "helm_release.istio_base"} <= earlier
    assert "helm_release.mesh_exceptions" in before(made, "helm_release.argo_cd_resources")


def test_a_mesh_that_would_refuse_the_front_door_is_refused() -> None:
    [problem] = found(platform=ON, teams=teams())
    assert problem.path == ("teams", "shop", "namespaces", "shop", "mesh", "plain_ports")


@pytest.mark.parametrize(
    "namespace",
    [OPEN, {"mesh": {"enabled": False}}, {"traffic": {"from_ingress": False}}],
)
def test_a_namespace_with_plain_ports_is_accepted(namespace: dict[str, Any]) -> None:
    assert found(platform=ON, teams=teams(**namespace)) == []


def test_plain_ports_without_a_mesh_are_refused() -> None:
    [problem] = found(teams=teams(**OPEN))
    assert "platform.istio.enabled" in problem.message


def gateway(**settings: Any) -> dict[str, Any]:
    """The environment's settings of a mesh with a gateway."""
    return {**ON, "istio_gateway": {"enabled": True, **settings}}


def test_the_gateway_is_not_installed_by_default() -> None:
    assert "istio-ingress" not in rendered(environment(platform=ON))


def test_the_gateway_is_installed_after_the_control_plane() -> None:
    made = Releases(environment(platform=gateway()))
    assert {"helm_release.istiod", "helm_release.karpenter"} <= made.before("istio-ingress")


def test_the_gateway_has_no_load_balancer_of_its_own() -> None:
    assert Releases(environment(platform=gateway())).values("istio-ingress")["service"] == {
        "type": "ClusterIP"
    }


def test_the_gateway_has_the_control_planes_revision() -> None:
    settings = gateway() | {"istio": {"enabled": True, "values": {"revision": "next"}}}
    assert Releases(environment(platform=settings)).values("istio-ingress")["revision"] == "next"


def test_a_single_gateway_has_no_disruption_budget() -> None:
    def budget(replicas: int) -> dict[str, Any]:
        made = Releases(environment(platform=gateway(replicas=replicas)))
        return made.values("istio-ingress")["podDisruptionBudget"]

    assert budget(2) == {"maxUnavailable": 1}
    assert budget(1) == {}


def test_the_ingress_controller_forwards_hosts_to_the_gateway() -> None:
    hosts = ["a.example.com", "b.example.com"]
    made = rendered(environment(platform=gateway(hosts=hosts)))["istio-ingress-resources"]
    listening, ingress = made.manifests
    assert listening["spec"]["servers"][0]["port"]["number"] == 80
    assert [rule["host"] for rule in ingress["spec"]["rules"]] == hosts
    [path] = ingress["spec"]["rules"][1]["http"]["paths"]
    assert path["backend"]["service"] == {"name": "istio-ingress", "port": {"number": 80}}
    assert "tls" not in ingress["spec"]
    alone = rendered(environment(platform=gateway()))["istio-ingress-resources"]
    assert [each["kind"] for each in alone.manifests] == ["Gateway"]


def test_hosts_of_the_gateway_have_a_certificate_where_the_front_door_serves_tls() -> None:
    hosts = ["shop.example.com"]
    edge = {
        "hosted_zone": {"id": "Z0123456789ABCDEFGHIJ", "name": "example.com"},
        "domain_names": hosts,
    }
    made = rendered(environment(edge=edge, platform=gateway(hosts=hosts)))
    _, ingress = made["istio-ingress-resources"].manifests
    assert ingress["spec"]["tls"] == [{"hosts": hosts, "secretName": "istio-ingress-tls"}]


def test_pods_that_are_reached_through_the_gateway_stay_strict() -> None:
    assert found(platform=gateway(), teams=teams()) == []


def test_network_policies_allow_the_gateway_like_the_ingress_controller() -> None:
    def callers(**traffic: Any) -> list[str | None]:
        settings = environment(platform=gateway(), teams=teams(traffic=traffic))
        namespace = settings.teams["shop"].namespaces["shop"]
        made = {each.name: each for each in allowed_traffic(settings, namespace)}
        through = made.get("allow-mesh-gateway")
        return [peer.namespace for peer in through.ingress] if through else []

    assert callers() == ["istio-ingress"]
    assert callers(from_ingress=False) == []

"""Envoy Gateway as the ingress controller (L7): its proxies, and how they treat clients."""

from typing import Any

import pytest

from config.derived.front_doors import public
from config.derived.ip_plan import plan
from modules.addons.catalog import rendered
from support.ingress import WITH_NAMES
from support.platform import Releases, with_controller


def proxies(**edge: Any) -> dict[str, Any]:
    """The spec of the proxies."""
    found = rendered(with_controller("envoy-gateway", **edge))["envoy-gateway"].values
    return found["config"]["envoyGateway"]["envoyProxy"]


def policy(kind: str, **edge: Any) -> dict[str, Any]:
    """The spec of a policy of the Gateway."""
    made = rendered(with_controller("envoy-gateway", **edge))["envoy-gateway-resources"].manifests
    [found] = [each for each in made if each["kind"] == kind]
    return found["spec"]


def test_proxies_are_one_deployment_with_a_service_of_a_known_name() -> None:
    kubernetes = proxies()["provider"]["kubernetes"]
    assert proxies()["mergeGateways"] is True
    assert kubernetes["envoyService"] == {"name": "front-door", "type": "ClusterIP"}
    assert kubernetes["envoyDeployment"]["name"] == "front-door"


def test_there_is_a_proxy_in_every_zone_and_autoscaling() -> None:
    kubernetes = proxies()["provider"]["kubernetes"]
    assert (kubernetes["envoyHpa"]["minReplicas"], kubernetes["envoyHpa"]["maxReplicas"]) == (3, 12)
    assert kubernetes["envoyPDB"] == {"maxUnavailable": 1}
    spread = kubernetes["envoyDeployment"]["pod"]["topologySpreadConstraints"]
    assert [each["topologyKey"] for each in spread] == [
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    ]


def test_proxies_serve_as_long_as_the_load_balancer_sends_requests() -> None:
    shutdown = proxies(deregistration_delay_seconds=60)["shutdown"]
    assert shutdown == {"minDrainDuration": "70s", "drainTimeout": "100s"}


@pytest.mark.parametrize("balancer", ["alb", "nlb"])
def test_forwarded_headers_are_trusted_only_behind_an_alb(balancer: str) -> None:
    settings = with_controller("envoy-gateway", load_balancer=balancer)
    detection = policy("ClientTrafficPolicy", load_balancer=balancer).get("clientIPDetection")
    if balancer == "nlb":
        assert detection is None
        return
    public = [str(each.cidr) for each in plan(settings.network).tier("public").values()]
    assert detection == {"xForwardedFor": {"trustedCIDRs": public}}


@pytest.mark.parametrize(("idle", "answer", "open_"), [(30, 60, 3600), (4000, 4000, 4015)])
def test_it_never_closes_a_connection_that_the_load_balancer_may_reuse(
    idle: int, answer: int, open_: int
) -> None:
    timeouts = policy("ClientTrafficPolicy", idle_timeout_seconds=idle)["timeout"]["http"]
    assert timeouts == {"streamIdleTimeout": f"{answer}s", "idleTimeout": f"{open_}s"}


def test_behind_an_nlb_timeouts_are_the_controllers_defaults() -> None:
    assert "timeout" not in policy("ClientTrafficPolicy", load_balancer="nlb")


def test_a_stream_may_be_longer_than_envoys_own_limit() -> None:
    assert policy("BackendTrafficPolicy")["timeout"] == {"http": {"requestTimeout": "0s"}}


def test_tls_1_3_is_the_default_minimum() -> None:
    assert policy("ClientTrafficPolicy")["tls"] == {"minVersion": "1.3"}


def test_the_load_balancer_asks_the_proxies_themselves_whether_they_are_ready() -> None:
    settings = with_controller("envoy-gateway", **WITH_NAMES)
    assert settings.targets.health_check_path == "/ready"
    assert public(settings).target_ports == (10080, 10443, 19003)


def test_requests_and_configuration_are_all_that_network_policies_let_through() -> None:
    settings = with_controller("envoy-gateway", **WITH_NAMES)
    policies = {
        each["metadata"]["name"]: each["spec"]
        for each in Releases(settings).values("network-policies")["resources"]
        if each["metadata"]["namespace"] == "ingress"
    }
    proxies_, controller_ = (
        policies[f"platform-envoy-gateway-{name}"] for name in ("proxies", "controller")
    )
    served = [port["port"] for rule in proxies_["ingress"] for port in rule["ports"]]
    assert {10080, 10443, 19003, 19001} == set(served)
    xds = [
        rule
        for rule in controller_["ingress"]
        if {"protocol": "TCP", "port": 18000} in rule["ports"]
    ]
    [client] = xds[0]["from"]
    assert client["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "proxy"


def test_crds_of_the_gateway_api_and_their_policy_are_not_the_charts() -> None:
    found = rendered(with_controller("envoy-gateway"))["envoy-gateway"].values["crds"]
    assert found["gatewayAPI"]["safeUpgradePolicy"] == {"enabled": False}


def test_access_logs_are_marked_and_leave_queries_out() -> None:
    [settings] = proxies()["telemetry"]["accessLog"]["settings"]
    fields = settings["format"]["json"]
    assert fields["access_log"] == "envoy-gateway"
    assert "NQ" in fields["path"]


def test_images_come_from_the_environments_registry() -> None:
    settings = with_controller("envoy-gateway")
    charts = settings.platform.charts.model_copy(update={"image_registry": "registry.example/a"})
    platform = settings.platform.model_copy(update={"charts": charts})
    found = rendered(settings.model_copy(update={"platform": platform}))["envoy-gateway"].values
    assert found["global"]["imageRegistry"] == "registry.example/a"
    proxy = found["config"]["envoyGateway"]["envoyProxy"]["provider"]["kubernetes"]
    image = proxy["envoyDeployment"]["container"]["image"]
    assert image.startswith("registry.example/a/envoyproxy/envoy:")

"""Ingress controllers (F2 to F5, F8, F9): one setting, the same behaviour."""

import json
from dataclasses import asdict

import pytest

from config.addons.ingress import ENDPOINTS, Controller
from modules.addons.catalog import rendered
from support.environments import environment, problems
from support.ingress import CONTROLLERS, RELEASES, WITH_NAMES, values
from support.platform import Releases, with_controller

SERVICES = {
    "nginx": "nginx-ingress-controller",
    "traefik": "traefik",
    "haproxy": "kubernetes-ingress",
    "ingress-nginx": "ingress-nginx-controller",
}


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_one_setting_selects_the_controller(controller: Controller) -> None:
    settings = with_controller(controller)
    assert not problems(settings)
    assert {n for n in rendered(settings) if n in RELEASES.values()} == {RELEASES[controller]}


def test_another_controller_changes_the_namespace_between_removal_and_installation() -> None:
    labels = {
        json.dumps(
            Releases(with_controller(each)).of("kubernetes_namespace_v1")["namespace_ingress"]
        )
        for each in CONTROLLERS
    }
    assert len(labels) == len(CONTROLLERS)


def test_the_maintained_nginx_is_the_default() -> None:
    assert "nginx-ingress" in rendered(environment())


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_there_is_a_pod_in_every_zone_and_autoscaling(controller: Controller) -> None:
    found = values(with_controller(controller))
    assert found["autoscaling"]["enabled"] is True
    assert found["autoscaling"]["minReplicas"] == 3
    assert found["autoscaling"]["maxReplicas"] == 12
    keys = [constraint["topologyKey"] for constraint in found["topologySpreadConstraints"]]
    assert keys == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
    assert found["resources"]["requests"]["cpu"]


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_pods_are_evicted_one_at_a_time(controller: Controller) -> None:
    found = values(with_controller(controller))
    if controller == "ingress-nginx":
        assert found["minAvailable"] == 2
    else:
        budget = found.get("podDisruptionBudget") or found["PodDisruptionBudget"]
        assert budget["maxUnavailable"] == 1


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_pods_serve_as_long_as_the_load_balancer_sends_requests(controller: Controller) -> None:
    found = values(with_controller(controller, deregistration_delay_seconds=60))
    if controller == "ingress-nginx":
        assert found["extraArgs"]["shutdown-grace-period"] == "70"
        return
    pod = found["deployment"] if controller == "traefik" else found
    assert pod["lifecycle"] == {"preStop": {"sleep": {"seconds": 70}}}
    assert pod["terminationGracePeriodSeconds"] > 70


def test_new_pods_are_ready_when_their_target_is_healthy() -> None:
    labels = Releases(environment()).of("kubernetes_namespace_v1")["namespace_ingress"]["metadata"]
    assert labels["labels"]["elbv2.k8s.aws/pod-readiness-gate-inject"] == "enabled"


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_no_service_makes_a_load_balancer(controller: Controller) -> None:
    service = values(with_controller(controller))["service"]
    assert service.get("type", service.get("spec", {}).get("type")) == "ClusterIP"


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_pods_are_registered_with_the_front_doors_target_groups(controller: Controller) -> None:
    settings = with_controller(controller, **WITH_NAMES)
    release = rendered(settings)[f"{RELEASES[controller]}-resources"]
    for item, key, port in zip(release.manifests, ("http", "https"), (80, 443), strict=True):
        assert item["kind"] == "TargetGroupBinding"
        assert item["metadata"] == {"name": key, "namespace": "ingress"}
        assert item["spec"]["serviceRef"] == {"name": SERVICES[controller], "port": port}
        assert item["spec"]["targetType"] == "ip"
        assert item["spec"]["targetGroupARN"].split("/")[-2] == f"example-{key}"


def test_bindings_read_the_edge_stacks_outputs() -> None:
    text = Releases(environment(edge=WITH_NAMES)).text("nginx-ingress-resources")
    for key in ("http", "https"):
        output = f"${{data.terraform_remote_state.edge.outputs.target_group_arns.{key}}}"
        assert output in text


def test_a_front_door_without_tls_has_one_binding() -> None:
    [item] = rendered(environment())["nginx-ingress-resources"].manifests
    assert item["metadata"]["name"] == "http"


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_without_a_front_door_no_output_of_it_is_read(controller: Controller) -> None:
    made = Releases(with_controller(controller, enabled=False))
    assert f"{RELEASES[controller]}-resources" not in made.names
    assert "edge" not in made.json["data"]["terraform_remote_state"]


def test_the_controller_answers_the_front_doors_health_check() -> None:
    found = values(environment())
    assert found["healthStatus"] is True
    assert environment().targets.health_check_path == "/nginx-health"


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_the_front_doors_ports_are_the_controllers(controller: Controller) -> None:
    assert with_controller(controller).targets == ENDPOINTS[controller]


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_a_front_door_with_other_ports_is_refused(controller: Controller) -> None:
    endpoint = asdict(ENDPOINTS[controller])
    assert not problems(with_controller(controller, targets=endpoint))
    elsewhere = {"http_port": 1234, "health_check_path": "/elsewhere"}
    found = problems(with_controller(controller, targets=elsewhere))
    assert {problem.path: problem.suggestion for problem in found} == {
        ("edge", "targets", key): str(endpoint[key]) for key in elsewhere
    }


@pytest.mark.parametrize(("idle", "answer", "open_"), [(30, 60, 75), (60, 60, 75), (300, 300, 315)])
@pytest.mark.parametrize("controller", CONTROLLERS)
def test_upstream_timeouts_are_the_load_balancers(
    controller: Controller, idle: int, answer: int, open_: int
) -> None:
    """It never closes a connection that the load balancer may reuse."""
    found = values(with_controller(controller, idle_timeout_seconds=idle))
    if controller == "traefik":
        for port in ("web", "websecure"):
            timeouts = found["ports"][port]["transport"]["respondingTimeouts"]
            assert timeouts == {"readTimeout": f"{answer}s", "idleTimeout": f"{max(180, open_)}s"}
        return
    config = found["config"].get("entries", found["config"])
    kept, read, sent = {
        "nginx": ("keepalive-timeout", "proxy-read-timeout", "proxy-send-timeout"),
        "haproxy": ("timeout-http-keep-alive", "timeout-server", "timeout-client"),
        "ingress-nginx": ("keep-alive", "proxy-read-timeout", "proxy-send-timeout"),
    }[controller]
    unit = "" if controller == "ingress-nginx" else "s"
    assert config[kept] == f"{open_}{unit}"
    assert config[read] == config[sent] == f"{answer}{unit}"


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_behind_an_nlb_timeouts_are_the_controllers_defaults(controller: Controller) -> None:
    found = str(values(with_controller(controller, load_balancer="nlb")))
    assert "timeout" not in found.lower()
    assert "keep-alive" not in found


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_metrics_are_scraped(controller: Controller) -> None:
    release = rendered(with_controller(controller))[RELEASES[controller]].values
    if controller == "nginx":
        assert release["prometheus"]["create"] is True
    elif controller == "ingress-nginx":
        assert release["controller"]["metrics"]["enabled"] is True
    elif controller == "haproxy":
        assert release["controller"]["prometheus"]["enabled"] is True
    else:
        assert release["metrics"]["prometheus"]["entryPoint"] == "metrics"


def test_telemetry_is_disabled() -> None:
    assert values(environment())["telemetryReporting"] == {"enable": False}
    assert values(with_controller("traefik"))["global"] == {
        "checkNewVersion": False,
        "sendAnonymousUsage": False,
    }


def test_more_zones_than_replicas_are_refused() -> None:
    [problem] = problems(environment(platform={"ingress": {"max_replicas": 2}}))
    assert problem.path == ("platform", "ingress", "max_replicas")

"""Ingress controllers (F2 to F5, F8, F9): one setting, the same behaviour."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from config.addons.ingress import ENDPOINTS, Controller
from config.environment import Environment
from modules.addons.catalog import rendered
from support.environments import environment, problems
from support.platform import ZONE, Releases, with_controller

RELEASES: dict[Controller, str] = {
    "nginx": "nginx-ingress",
    "traefik": "traefik",
    "haproxy": "kubernetes-ingress",
    "ingress-nginx": "ingress-nginx",
}
SERVICES = {
    "nginx": "nginx-ingress-controller",
    "traefik": "traefik",
    "haproxy": "kubernetes-ingress",
    "ingress-nginx": "ingress-nginx-controller",
}
CONTROLLERS = sorted(RELEASES)
NGINX = RELEASES["nginx"]
WITH_NAMES = {"hosted_zone": ZONE, "domain_names": [ZONE["name"], f"*.{ZONE['name']}"]}


def values(settings: Environment) -> dict[str, Any]:
    """The values of the ingress controller's chart; those below `controller` where there is one."""
    found = rendered(settings)[RELEASES[settings.platform.ingress.controller]].values
    return found.get("controller", found)


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


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_tls_1_3_is_the_default_minimum(controller: Controller) -> None:
    def protocols(oldest: str) -> str:
        platform = {"ingress": {"controller": controller, "minimum_tls_version": oldest}}
        found = values(environment(platform=platform))
        match controller:
            case "nginx":
                return found["config"]["entries"]["ssl-protocols"]
            case "ingress-nginx":
                return found["config"]["ssl-protocols"]
            case "traefik":
                return found["tlsOptions"]["default"]["minVersion"]
            case _:
                return found["config"]["global-config-snippet"].split()[-1]

    newest = {"traefik": "VersionTLS13"}.get(controller, "TLSv1.3")
    assert protocols("1.3") == newest
    assert protocols("1.2") != newest


@pytest.mark.parametrize("controller", CONTROLLERS)
@pytest.mark.parametrize("balancer", ["alb", "nlb"])
def test_forwarded_headers_are_trusted_only_behind_an_alb(
    controller: Controller, balancer: str
) -> None:
    found = values(with_controller(controller, load_balancer=balancer))
    trusted = {
        "nginx": lambda: found["config"]["entries"].get("set-real-ip-from"),
        "ingress-nginx": lambda: found["config"].get("proxy-real-ip-cidr"),
        "haproxy": lambda: found["config"].get("src-ip-header"),
        "traefik": lambda: (
            found["ports"].get("websecure", {}).get("forwardedHeaders", {}).get("trustedIPs")
        ),
    }[controller]()
    if balancer == "alb":
        assert trusted in ("10.0.0.0/16", ["10.0.0.0/16"], "X-Forwarded-For")
    else:
        assert trusted is None


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_hosts_without_a_certificate_use_the_default_one(controller: Controller) -> None:
    settings = with_controller(controller)
    made = rendered(settings)
    certificate, *_ = made[f"{RELEASES[controller]}-prerequisites"].manifests
    secret = certificate["spec"]["secretName"]
    assert certificate["spec"]["issuerRef"]["name"] == "internal-ca"
    assert f"{RELEASES[controller]}-prerequisites" in made[RELEASES[controller]].requires
    found = values(settings)
    named = {
        "nginx": lambda: found["defaultTLS"]["secret"],
        "ingress-nginx": lambda: found["extraArgs"]["default-ssl-certificate"],
        "haproxy": lambda: found["defaultTLSSecret"]["secret"],
        "traefik": lambda: found["tlsStore"]["default"]["defaultCertificate"]["secretName"],
    }[controller]()
    assert named in (secret, f"ingress/{secret}")


def test_the_default_certificate_has_the_front_doors_names() -> None:
    platform = {"ingress": {"certificate_issuer": "letsencrypt-production"}}
    settings = environment(platform=platform, edge=WITH_NAMES)
    [certificate] = rendered(settings)["nginx-ingress-prerequisites"].manifests
    assert certificate["spec"]["dnsNames"] == WITH_NAMES["domain_names"]
    assert certificate["spec"]["issuerRef"]["name"] == "letsencrypt-production"
    assert not problems(settings)


def test_a_public_issuer_without_domain_names_is_refused() -> None:
    platform = {"ingress": {"certificate_issuer": "letsencrypt-production"}}
    [problem] = problems(environment(platform=platform))
    assert problem.path == ("platform", "ingress", "certificate_issuer")


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


@pytest.mark.parametrize("controller", ["nginx", "haproxy", "ingress-nginx"])
def test_there_is_no_redirect_to_https_without_an_https_listener(controller: Controller) -> None:
    """Ingresses with TLS work before the front door has a certificate; Traefik never redirects."""

    def redirects(**edge: Any) -> str:
        config = values(with_controller(controller, **edge))["config"]
        return config.get("entries", config).get("ssl-redirect", "unset")

    assert redirects().lower() == "false"
    for edge in (WITH_NAMES, {"load_balancer": "nlb"}, {"enabled": False}):
        assert redirects(**edge) == "unset"


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


def served(controller: str) -> Environment:
    """A platform with hosts of its own behind a controller."""
    names = {"argo_cd": "deploy", "grafana": "metrics", "kibana": "logs"}
    hosts = {key: f"{name}.{ZONE['name']}" for key, name in names.items()}
    return environment(
        edge={"hosted_zone": ZONE, "domain_names": [*hosts.values()]},
        platform={
            "ingress": {"controller": controller},
            "argo_cd": {"host": hosts["argo_cd"]},
            "monitoring": {"grafana": {"host": hosts["grafana"]}},
            "elasticsearch": {"kibana": {"host": hosts["kibana"]}},
        },
    )


@pytest.mark.parametrize("controller", CONTROLLERS)
def test_an_ingress_is_made_after_its_controller_is_registered(controller: Controller) -> None:
    releases = rendered(served(controller))
    last = f"{RELEASES[controller]}-resources"
    for name in ("argo-cd", "kube-prometheus-stack", "eck-stack-resources"):
        assert last in releases[name].requires, name
    order = list(releases)
    assert all(
        order.index(needed) < order.index(name)
        for name, release in releases.items()
        for needed in release.requires
    )


def test_a_release_without_an_ingress_does_not_wait_for_the_controller() -> None:
    waiting = {name for name, each in rendered(environment()).items() if NGINX in each.requires}
    assert waiting == {f"{NGINX}-resources"}


@pytest.mark.parametrize(
    "values",
    [
        {"opencost": {"ui": {"ingress": {"enabled": True}}}},
        {"extraObjects": [{"kind": "Ingress"}]},
        {"extraManifests": ["apiVersion: networking.k8s.io/v1\nkind: Ingress\n"]},
    ],
)
def test_an_ingress_in_the_users_values_waits_for_the_controller_too(values: Any) -> None:
    platform = {"opencost": {"enabled": True, "values": values}}
    assert NGINX in rendered(environment(platform=platform))["opencost"].requires


def test_an_ingress_of_what_the_controller_needs_is_made_before_it() -> None:
    values = {"extraObjects": [{"kind": "Ingress"}]}
    releases = rendered(environment(platform={"cert_manager": {"values": values}}))
    assert NGINX not in releases["cert-manager"].requires
    assert "cert-manager" in releases[NGINX].requires


def test_external_dns_finds_the_load_balancer_in_the_status_of_haproxys_ingresses() -> None:
    releases = rendered(with_controller("haproxy"))
    values = releases[RELEASES["haproxy"]].values["controller"]["publishService"]
    assert values == {"enabled": True, "pathOverride": "ingress/front-door"}
    [service] = [
        each
        for each in releases[f"{RELEASES['haproxy']}-prerequisites"].manifests
        if each["kind"] == "Service"
    ]
    assert (service["metadata"]["namespace"], service["metadata"]["name"]) == (
        "ingress",
        "front-door",
    )
    assert service["spec"]["type"] == "ExternalName"
    assert service["spec"]["externalName"].endswith(".elb.amazonaws.com")


def test_haproxy_publishes_no_address_without_a_front_door() -> None:
    found = values(with_controller("haproxy", enabled=False))
    assert found["publishService"]["enabled"] is False


def annotations(controller: str) -> tuple[dict[str, str], dict[str, str]]:
    """Of Grafana's Ingress and of Kibana's."""
    releases = rendered(served(controller))
    grafana = releases["kube-prometheus-stack"].values["grafana"]["ingress"]["annotations"]
    [kibana] = [
        each["metadata"]["annotations"]
        for each in releases["eck-stack-resources"].manifests
        if each["kind"] == "Ingress"
    ]
    return grafana, kibana


def test_f5s_nginx_upgrades_connections_to_grafana_and_kibana() -> None:
    grafana, kibana = annotations("nginx")
    assert grafana["nginx.org/websocket-services"] == "kube-prometheus-stack-grafana"
    assert kibana["nginx.org/websocket-services"] == "kibana-kb-http"


@pytest.mark.parametrize(
    ("controller", "annotation"),
    [
        ("nginx", "nginx.org/client-max-body-size"),
        ("ingress-nginx", "nginx.ingress.kubernetes.io/proxy-body-size"),
    ],
)
def test_dashboards_and_saved_objects_of_more_than_a_megabyte_are_imported(
    controller: str, annotation: str
) -> None:
    assert [each[annotation] for each in annotations(controller)] == ["32m", "32m"]


def test_other_controllers_get_no_annotations_of_nginx() -> None:
    assert all("nginx" not in key for each in annotations("traefik") for key in each)

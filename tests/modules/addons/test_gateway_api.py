"""The Gateway API (L7): one Gateway behind the front door, whichever controller serves it."""

from typing import Any

import pytest

from config.environment import Environment
from modules.addons.catalog import rendered
from modules.helm.contract import Manifest
from support.environments import environment, problems, warned
from support.ingress import WITH_NAMES
from support.platform import Releases

BOTH = ("envoy-gateway", "traefik")
HOSTS = {
    "argo_cd": {"host": "argocd.platform.example.com"},
    "monitoring": {"grafana": {"host": "grafana.platform.example.com"}},
    "elasticsearch": {"kibana": {"host": "kibana.platform.example.com"}},
}
TEAMS = {"shop": {"namespaces": {"shop": {}, "shop-test": {}}}}


def with_gateway(
    controller: str,
    *,
    edge: dict[str, Any] | None = None,
    ingress: dict[str, Any] | None = None,
    teams: dict[str, Any] | None = None,
    **platform: Any,
) -> Environment:
    """An environment with a Gateway."""
    gateway = {"enabled": True, **(ingress or {}).pop("gateway_api", {})}
    settings = {"controller": controller, "gateway_api": gateway, **(ingress or {})}
    return environment(
        platform={"ingress": settings, **platform},
        edge=WITH_NAMES if edge is None else edge,
        teams=teams or {},
    )


def objects(settings: Environment, kind: str) -> dict[str, Manifest]:
    """All objects of a kind, by name."""
    return {
        each["metadata"]["name"]: each
        for release in rendered(settings).values()
        for each in release.manifests
        if each["kind"] == kind
    }


def listeners(settings: Environment) -> dict[str, dict[str, Any]]:
    """The listeners of the Gateway, by name."""
    gateway = objects(settings, "Gateway")["front-door"]
    return {each["name"]: each for each in gateway["spec"]["listeners"]}


def namespaces(listener: dict[str, Any]) -> list[str] | str:
    """From where a listener accepts routes."""
    allowed = listener["allowedRoutes"]["namespaces"]
    if allowed["from"] != "Selector":
        return allowed["from"]
    [expression] = allowed["selector"]["matchExpressions"]
    assert (expression["key"], expression["operator"]) == ("kubernetes.io/metadata.name", "In")
    return expression["values"]


@pytest.mark.parametrize("controller", BOTH)
def test_the_crds_come_before_all_that_needs_them(controller: str) -> None:
    settings = with_gateway(controller, external_dns={"enabled": True})
    assert not problems(settings)
    made = Releases(settings)
    for name in ("cert-manager", "external-dns", controller, f"{controller}-resources"):
        assert "helm_release.gateway_api_crds" in made.before(name)


@pytest.mark.parametrize("controller", ["nginx", "haproxy", "traefik"])
def test_without_a_gateway_nothing_of_it_is_there(controller: str) -> None:
    settings = environment(platform={"ingress": {"controller": controller}}, edge=WITH_NAMES)
    made = rendered(settings)
    assert "gateway-api-crds" not in made
    assert "config" not in made["cert-manager"].values
    text = str([(release.values, release.manifests) for release in made.values()])
    assert "kubernetesGateway" not in text
    assert "gateway.networking.k8s.io/v1" not in text


@pytest.mark.parametrize("controller", BOTH)
def test_the_gateway_names_its_class_and_the_class_its_controller(controller: str) -> None:
    settings = with_gateway(controller)
    gateway = objects(settings, "Gateway")["front-door"]
    [(name, class_)] = objects(settings, "GatewayClass").items()
    assert gateway["spec"]["gatewayClassName"] == name == controller
    assert (
        class_["spec"]["controllerName"]
        == {
            "traefik": "traefik.io/gateway-controller",
            "envoy-gateway": "gateway.envoyproxy.io/gatewayclass-controller",
        }[controller]
    )


@pytest.mark.parametrize("controller", BOTH)
def test_listeners_are_where_the_target_groups_lead(controller: str) -> None:
    settings = with_gateway(controller)
    found = listeners(settings)
    # Envoy Gateway's proxies listen 10,000 above ports below 1024.
    shift = 10000 if controller == "envoy-gateway" else 0
    assert found["web"]["port"] + shift == settings.targets.http_port
    assert found["websecure"]["port"] + shift == settings.targets.https_port
    bindings = objects(settings, "TargetGroupBinding")
    service = "front-door" if controller == "envoy-gateway" else "traefik"
    assert {each["spec"]["serviceRef"]["name"] for each in bindings.values()} == {service}


def test_only_named_namespaces_have_routes() -> None:
    settings = with_gateway(
        "traefik", teams=TEAMS, ingress={"gateway_api": {"namespaces": ["status"]}}
    )
    found = listeners(settings)
    assert namespaces(found["websecure"]) == ["ingress", "shop", "shop-test", "status"]
    assert namespaces(found["web"]) == "Same"


def test_the_platforms_own_routes_are_accepted_where_there_are_no_ingresses() -> None:
    settings = with_gateway("envoy-gateway", teams=TEAMS, **HOSTS)
    found = namespaces(listeners(settings)["websecure"])
    assert {"argocd", "monitoring", "logging"} <= set(found)
    # Passwords are not sent over HTTP, although challenges of teams are answered there.
    assert namespaces(listeners(settings)["web"]) == ["ingress", "shop", "shop-test"]


@pytest.mark.parametrize("controller", BOTH)
def test_http_is_redirected_where_there_is_https(controller: str) -> None:
    redirect = objects(with_gateway(controller), "HTTPRoute")["redirect-to-https"]
    assert redirect["spec"]["parentRefs"][0]["sectionName"] == "web"
    assert redirect["spec"]["rules"][0]["filters"][0]["requestRedirect"]["scheme"] == "https"
    plain = with_gateway(controller, edge={"plain_http": True}, teams=TEAMS)
    assert list(listeners(plain)) == ["web"]
    assert namespaces(listeners(plain)["web"]) == ["ingress", "shop", "shop-test"]
    assert "redirect-to-https" not in objects(plain, "HTTPRoute")


def test_https_uses_the_default_certificate_and_hosts_have_their_own() -> None:
    edge = {**WITH_NAMES, "load_balancer": "nlb"}
    settings = with_gateway(
        "traefik", edge=edge, ingress={"gateway_api": {"hosts": ["*.shop.example.com"]}}
    )
    assert not problems(settings)
    found = listeners(settings)
    [certificate] = found["websecure"]["tls"]["certificateRefs"]
    assert certificate["name"] in objects(settings, "Certificate")
    own = found["any-shop-example-com"]
    assert own["hostname"] == "*.shop.example.com"
    assert own["tls"]["certificateRefs"] == [{"name": "any-shop-example-com-tls"}]
    annotations = objects(settings, "Gateway")["front-door"]["metadata"]["annotations"]
    assert annotations == {"cert-manager.io/cluster-issuer": "internal-ca"}
    config = rendered(settings)["cert-manager"].values["config"]
    assert config["enableGatewayAPI"] is True


def test_hosts_behind_a_load_balancer_with_a_certificate_are_warned_of() -> None:
    gateway = {"enabled": True, "hosts": ["shop.platform.example.com"]}
    ingress = {"controller": "traefik", "gateway_api": gateway}
    path = ("platform", "ingress", "gateway_api", "hosts")
    assert "no client sees" in warned(platform={"ingress": ingress}, edge=WITH_NAMES)[path]
    nlb = {**WITH_NAMES, "load_balancer": "nlb"}
    assert path not in warned(platform={"ingress": ingress}, edge=nlb)


def test_an_ingress_class_that_is_not_there_is_warned_of() -> None:
    ingress = {
        "controller": "envoy-gateway",
        "gateway_api": {"enabled": True},
        "default_class": True,
    }
    path = ("platform", "ingress", "default_class")
    assert "has no IngressClass" in warned(platform={"ingress": ingress})[path]
    assert path not in warned(platform={"ingress": {**ingress, "controller": "traefik"}})


def test_records_of_routes_lead_to_the_load_balancer() -> None:
    settings = with_gateway("traefik", external_dns={"enabled": True})
    found = rendered(settings)["external-dns"].values
    assert found["sources"][-2:] == ["gateway-httproute", "gateway-grpcroute"]
    assert {"--gateway-namespace=ingress", "--gateway-name=front-door"} <= set(found["extraArgs"])
    annotations = objects(settings, "Gateway")["front-door"]["metadata"]["annotations"]
    target = annotations["external-dns.alpha.kubernetes.io/target"]
    assert target.endswith(".elb.amazonaws.com")
    text = Releases(settings).text("traefik-resources")
    assert "${data.terraform_remote_state.edge.outputs.load_balancer_dns_name}" in text


def test_traefik_serves_the_gateway_beside_ingresses() -> None:
    settings = with_gateway("traefik", **HOSTS)
    found = rendered(settings)["traefik"].values
    provider = found["providers"]["kubernetesGateway"]
    assert provider["enabled"] is True
    assert provider["statusAddress"]["hostname"].endswith(".elb.amazonaws.com")
    # The objects are ours, and not the chart's.
    assert found["gateway"] == found["gatewayClass"] == {"enabled": False}
    assert set(objects(settings, "HTTPRoute")) == {"redirect-to-https"}
    assert "kibana" in objects(settings, "Ingress")


def test_the_platforms_hosts_are_routes_where_the_controller_reads_no_ingress() -> None:
    settings = with_gateway("envoy-gateway", **HOSTS)
    assert not objects(settings, "Ingress")
    made = rendered(settings)
    assert made["argo-cd"].values["server"]["ingress"] == {"enabled": False}
    assert made["kube-prometheus-stack"].values["grafana"]["ingress"] == {"enabled": False}
    routes = objects(settings, "HTTPRoute")
    found = {
        route["spec"]["hostnames"][0]: (
            route["metadata"]["namespace"],
            route["spec"]["rules"][0]["backendRefs"][0]["name"],
        )
        for name, route in routes.items()
        if name != "redirect-to-https"
    }
    assert found == {
        "argocd.platform.example.com": ("argocd", "argo-cd-argocd-server"),
        "grafana.platform.example.com": ("monitoring", "kube-prometheus-stack-grafana"),
        "kibana.platform.example.com": ("logging", "kibana-kb-http"),
    }
    for release in ("argo-cd-resources", "kube-prometheus-stack-resources"):
        assert "envoy-gateway" in made[release].requires


def test_names_are_proved_with_routes_where_the_controller_reads_no_ingress() -> None:
    def solver(controller: str) -> dict[str, Any]:
        issuer = objects(with_gateway(controller), "ClusterIssuer")["letsencrypt-production"]
        return issuer["spec"]["acme"]["solvers"][-1]["http01"]

    assert list(solver("traefik")) == ["ingress"]
    [parent] = solver("envoy-gateway")["gatewayHTTPRoute"]["parentRefs"]
    assert (parent["name"], parent["namespace"], parent["sectionName"]) == (
        "front-door",
        "ingress",
        "web",
    )


def test_the_facts_of_the_cluster_name_the_gateway() -> None:
    def secret(controller: str) -> str:
        settings = with_gateway(controller, argo_cd={"cluster_metadata": {"enabled": True}})
        return str(rendered(settings)["argo-cd"].values["configs"]["clusterCredentials"])

    assert "'gateway_name': 'front-door'" in secret("envoy-gateway")
    assert "ingress_class_name" not in secret("envoy-gateway")
    assert "ingress_class_name" in secret("traefik")


def test_members_of_teams_may_change_routes_and_see_the_gateway() -> None:
    roles = objects(with_gateway("traefik"), "ClusterRole")
    edit, view = roles["gateway-api-edit"], roles["gateway-api-view"]
    assert edit["rules"][0]["resources"] == ["httproutes", "grpcroutes"]
    assert edit["metadata"]["labels"] == {
        "rbac.authorization.k8s.io/aggregate-to-edit": "true",
        "rbac.authorization.k8s.io/aggregate-to-admin": "true",
    }
    assert view["rules"][0]["verbs"] == ["get", "list", "watch"]
    assert "gateways" in view["rules"][0]["resources"]


def test_a_team_may_deploy_routes_and_no_gateway() -> None:
    settings = with_gateway("traefik", teams=TEAMS)
    project = objects(settings, "AppProject")["shop"]
    allowed = {
        each["kind"]
        for each in project["spec"]["namespaceResourceWhitelist"]
        if each["group"] == "gateway.networking.k8s.io"
    }
    assert allowed == {"HTTPRoute", "GRPCRoute"}
    without = environment(teams=TEAMS)
    assert "HTTPRoute" not in str(objects(without, "AppProject")["shop"])


def test_a_reference_grant_reaches_farther_than_a_team() -> None:
    team = {**TEAMS["shop"], "allow": ["default", "gateway.networking.k8s.io/ReferenceGrant"]}
    found = warned(teams={"shop": {**team, "hosts": []}})
    assert "routes of other teams" in found["teams", "shop", "allow", 1]

"""Which pods of add-ons connect to which, by hand: what policies are compared with."""

from config.derived.front_doors import FrontDoor, internal, public
from support.network import Network, facts

PodName = tuple[str, str]
Connection = tuple[PodName, PodName, int]

STACK = "kube-prometheus-stack"
ARGO = "argo-cd"
ELASTICSEARCH = ("eck-stack", "elasticsearch")
PROMETHEUS = (STACK, "prometheus")
ALERTMANAGER = (STACK, "alertmanager")
GRAFANA = (STACK, "grafana")
RENDERER = (STACK, "image-renderer")
REPORTS = ("reports", "reports")
TEMPO = ("tempo", "tempo")
COLLECTOR = ("otel-collector", "otel-collector")
ISTIOD = ("istiod", "istiod")
GATEWAY = ("istio-ingress", "istio-ingress")
PROXIES, REDIS = (ARGO, "redis-ha-haproxy"), (ARGO, "redis-ha-server")

CONNECTIONS: dict[PodName, dict[int, list[PodName]]] = {
    ELASTICSEARCH: {
        9200: [("eck-operator", "operator"), ("eck-stack", "kibana"), ("eck-stack", "lifecycle")],
        9300: [ELASTICSEARCH],
    },
    PROMETHEUS: {9090: [GRAFANA, ("opencost", "opencost"), TEMPO, REPORTS]},
    ("eck-stack", "kibana"): {5601: [("eck-stack", "dashboards")]},
    GRAFANA: {3000: [RENDERER]},
    RENDERER: {8081: [GRAFANA]},
    ALERTMANAGER: {9093: [PROMETHEUS, GRAFANA, ("falco", "falcosidekick")], 9094: [ALERTMANAGER]},
    ("falco", "falcosidekick"): {2801: [("falco", "falco")]},
    TEMPO: {3200: [GRAFANA], 4317: [COLLECTOR]},
    (ARGO, "repo-server"): {
        8081: [
            (ARGO, "application-controller"),
            (ARGO, "applicationset-controller"),
            (ARGO, "notifications-controller"),
            (ARGO, "server"),
        ]
    },
    (ARGO, "dex-server"): {5556: [(ARGO, "server")], 5557: [(ARGO, "server")]},
    REDIS: {6379: [REDIS, PROXIES], 26379: [REDIS, PROXIES]},
    ("envoy-gateway", "controller"): {18000: [("envoy-gateway", "proxy")]},
    ("envoy-gateway-internal", "controller"): {18000: [("envoy-gateway-internal", "proxy")]},
}
"""Which pods call which, by the port; besides those that call Elasticsearch only sometimes."""

CLIENTS_OF_REDIS = [(ARGO, name) for name in ("application-controller", "repo-server", "server")]

OPEN: dict[PodName, list[int]] = {COLLECTOR: [4317, 4318], ISTIOD: [15012], GATEWAY: [80]}
"""What every pod may call, which its own policies allow."""

CALLS_OPEN: dict[PodName, list[Connection]] = {
    GATEWAY: [(GATEWAY, ISTIOD, 15012), (GATEWAY, COLLECTOR, 4317)],
}

PUBLIC_CONTROLLERS = (
    "envoy-gateway",
    "ingress-nginx",
    "kubernetes-ingress",
    "nginx-ingress",
    "traefik",
)
CONTROLLERS = (*PUBLIC_CONTROLLERS, *(f"{name}-internal" for name in PUBLIC_CONTROLLERS))
"""Add-ons with an ingress controller."""

SERVE_NO_REQUESTS = ("certgen", "controller")
"""Pods of Envoy Gateway to which the load balancer sends nothing; besides Jobs for CRDs."""


def serves_requests(pod: PodName) -> bool:
    """Whether the load balancer sends requests to a pod."""
    addon, name = pod
    own = addon.startswith("envoy-gateway") and name in SERVE_NO_REQUESTS
    return addon in CONTROLLERS and name != "crdjob" and not own


BACKENDS: dict[PodName, int] = {
    (ARGO, "server"): 8080,
    GRAFANA: 3000,
    ("eck-stack", "kibana"): 5601,
    GATEWAY: 80,
}

WITHOUT_API = {
    ALERTMANAGER,
    ELASTICSEARCH,
    ("envoy-gateway", "proxy"),
    ("envoy-gateway-internal", "proxy"),
    GATEWAY,
    PROXIES,
    REDIS,
    TEMPO,
    REPORTS,
    RENDERER,
    ("eck-stack", "dashboards"),
    ("eck-stack", "kibana"),
    ("eck-stack", "lifecycle"),
    ("falco", "falco"),
    ("falco", "falcosidekick"),
    (ARGO, "redis"),
    (ARGO, "repo-server"),
}
"""Pods that do not use the Kubernetes API."""


def door_of(of: Network, controller: str) -> FrontDoor:
    """The load balancer of an ingress controller."""
    return (public if controller in PUBLIC_CONTROLLERS else internal)(of.environment)


def expected(of: Network) -> set[Connection]:
    """The connections between the pods of add-ons."""
    environment, present = of.environment, set(of.present)
    wanted = {
        (client, server, port)
        for server, by_port in CONNECTIONS.items()
        for port, clients in by_port.items()
        for client in clients
    }
    platform = environment.platform
    if not platform.tracing.service_graph:
        wanted.discard((TEMPO, PROMETHEUS, 9090))
    if platform.fluent_bit.sends_to("elasticsearch"):
        wanted.add((("fluent-bit", "fluent-bit"), ELASTICSEARCH, 9200))
        if platform.tracing.enabled:
            wanted.add((GRAFANA, ELASTICSEARCH, 9200))
    if platform.reports.announcement.enabled:
        wanted.add((REPORTS, ALERTMANAGER, 9093))
    if platform.reports.pictures:
        wanted.add((REPORTS, GRAFANA, 3000))
    redis = PROXIES if PROXIES in present else (ARGO, "redis")
    wanted |= {(client, redis, 6379) for client in CLIENTS_OF_REDIS}
    if platform.tracing.sampling.method == "tail":
        wanted.add((COLLECTOR, COLLECTOR, 4319))
    for server in present:
        for port in facts()[server[0]][server[1]].get("metrics", ()):
            wanted.add((PROMETHEUS, server, port))
    hosts = {
        (ARGO, "server"): platform.argo_cd.host,
        GRAFANA: platform.monitoring.grafana.host,
        ("eck-stack", "kibana"): platform.elasticsearch.kibana.host,
        GATEWAY: True,
    }
    controllers = [key for key in present if serves_requests(key)]
    wanted |= {
        (controller, server, port)
        for controller in controllers
        for server, port in BACKENDS.items()
        if hosts[server]
    }
    wanted |= {each for calls in CALLS_OPEN.values() for each in calls}
    return {each for each in wanted if {each[0], each[1]} <= present}

"""What the pods of monitoring serve and call."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from config.derived import amp
from config.environment import Environment
from modules.addons.monitoring import alertmanager
from modules.addons.monitoring.values import NAME
from modules.helm.contract import Context
from modules.helm.logs import PORT as ELASTICSEARCH_PORT
from modules.helm.logs import logs_in_elasticsearch
from modules.helm.traces import tracing_on
from modules.helm.traffic import HTTPS, Call, PodTraffic, tcp

LABEL: Final = "app.kubernetes.io/name"

PROMETHEUS_PORT: Final = 9090
ALERTMANAGER_PORT: Final = 9093
GOSSIP_PORT: Final = 9094
RELOADER_PORT: Final = 8080
GRAFANA_PORT: Final = 3000
RENDERER_PORT: Final = 8081
TEMPO_PORT: Final = 3200

KUBELET_PORT: Final = 10250
NODE_EXPORTER_PORT: Final = 9100
CILIUM_PORTS: Final = (9962, 9963, 9965)
"""Agent, operator and Hubble, on the host's network.
https://docs.cilium.io/en/stable/observability/metrics/"""

ALERTMANAGER: Final = Call(NAME, "alertmanager", tcp(ALERTMANAGER_PORT))


def traffic(context: Context) -> Iterator[PodTraffic]:
    """The traffic of all components; node-exporter is on the host's network."""
    environment = context.environment
    cilium = CILIUM_PORTS if environment.platform.cilium.enabled else ()
    yield PodTraffic(
        "operator",
        {"app": f"{NAME}-operator"},
        api=True,
        webhooks=(10250,),
        metrics=(10250,),
    )
    yield PodTraffic("kube-state-metrics", {LABEL: "kube-state-metrics"}, api=True, metrics=(8080,))
    yield PodTraffic(
        "prometheus",
        {LABEL: "prometheus"},
        api=True,
        aws=amp.writes(environment),
        calls=(ALERTMANAGER,),
        applications=True,
        nodes=(KUBELET_PORT, NODE_EXPORTER_PORT, *cilium),
        scrapes=True,
        metrics=(PROMETHEUS_PORT, RELOADER_PORT),
    )
    gossip = Call(NAME, "alertmanager", (("TCP", GOSSIP_PORT), ("UDP", GOSSIP_PORT)))
    yield PodTraffic(
        "alertmanager",
        {LABEL: "alertmanager"},
        aws=bool(alertmanager.policies(environment)),
        outside=(*HTTPS, *tcp(*_mail_ports(environment))),
        calls=(gossip,),
        metrics=(ALERTMANAGER_PORT, RELOADER_PORT),
    )
    yield _grafana(environment)
    if environment.platform.monitoring.grafana.image_renderer.enabled:
        pages = Call(NAME, "grafana", tcp(GRAFANA_PORT))
        yield PodTraffic("image-renderer", {LABEL: "grafana-image-renderer"}, calls=(pages,))


def _grafana(environment: Environment) -> PodTraffic:
    settings = environment.platform.monitoring.grafana
    sources = [Call(NAME, "prometheus", tcp(PROMETHEUS_PORT)), ALERTMANAGER]
    if tracing_on(environment):
        sources.append(Call("tempo", "tempo", tcp(TEMPO_PORT)))
        if logs_in_elasticsearch(environment):
            sources.append(Call("eck-stack", "elasticsearch", tcp(ELASTICSEARCH_PORT)))
    if settings.image_renderer.enabled:
        sources.append(Call(NAME, "image-renderer", tcp(RENDERER_PORT)))
    sso = settings.sso
    login = [sso.token_url, sso.api_url] if sso else []
    return PodTraffic(
        "grafana",
        {LABEL: "grafana"},
        api=True,
        # It also downloads the plugin.
        aws=amp.has_data_source(environment),
        outside=tcp(*sorted({_port(url) for url in login if url})),
        calls=tuple(sources),
        metrics=(GRAFANA_PORT,),
        backends=(GRAFANA_PORT,) if settings.host else (),
    )


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _mail_ports(environment: Environment) -> list[int]:
    receivers = environment.platform.monitoring.alertmanager.receivers.values()
    hosts = {each.smarthost for receiver in receivers for each in receiver.email}
    return sorted({int(host.rpartition(":")[2]) for host in hosts})

"""Falco: runtime security by system calls (J7, option)."""

from typing import Any, Final

from config.environment import Environment
from modules.helm.contract import Addon, Context, Helm, Values
from modules.helm.metrics import metrics_on
from modules.helm.requirements import FOR_MONITORS, FOR_NODES, FOR_SERVICES
from modules.helm.traffic import Call, PodTraffic, tcp
from modules.helm.workload import NODE, Workload
from modules.scheduling import HOST, SYSTEM_TOLERATIONS, resources

NAME: Final = "falco"

RULES: Final = "falcosecurity/rules/falco-rules:5.1.0"
"""By default the chart downloads the newest 5.x whenever a pod starts.
https://github.com/falcosecurity/rules/releases"""

PLUGIN: Final = "falcosecurity/plugins/plugin/container:0.7.1"
"""Maps processes to containers; the version is the chart's."""

ALERTMANAGER: Final = "kube-prometheus-stack-alertmanager"
"""Alertmanager's Service, which the chart names after its release."""

ALERTMANAGER_PORT: Final = 9093

SENDER_PORT: Final = 2801
"""Where Falcosidekick receives events and serves metrics."""

ALERT: Final = "FalcoFinding"
"""Name of all alerts of Falco; the label `rule` has the name of the rule."""

NAMESPACE: Final = f'namespace:{{{{ or (index . "k8s.ns.name") "{NAME}" }}}}'
"""A field of every event for routing to teams: the namespace of the pod, or Falco's namespace for
events of the node. Falcosidekick splits the text at commas and colons."""

SEVERITIES: Final = "notice:info,informational:info,debug:info"
"""Falco's priorities whose severity has another name here.
https://github.com/falcosecurity/falcosidekick/blob/master/docs/outputs/alertmanager.md"""


def alertmanager_address(environment: Environment) -> str:
    """Alertmanager's URL."""
    namespace = environment.platform.monitoring.namespace or "monitoring"
    return f"http://{ALERTMANAGER}.{namespace}:{ALERTMANAGER_PORT}"


def _values(context: Context) -> Values:
    """Values; chart https://github.com/falcosecurity/charts/tree/master/charts/falco.

    * The modern eBPF probe is built into Falco and needs no kernel headers. It runs privileged:
      SELinux on Bottlerocket denies other containers eBPF and containerd.
    * Rules are an artifact of a pinned version, which is not updated automatically.
    """
    environment = context.environment
    settings = environment.platform.falco
    registry = environment.platform.charts.image_registry or "ghcr.io"
    metrics = metrics_on(environment)
    return {
        "driver": {"kind": "modern_ebpf"},
        "tolerations": [{"operator": "Exists"}],
        "podPriorityClassName": "system-node-critical",
        "resources": resources("100m", "768Mi"),
        "collectors": {"containerEngine": {"pluginRef": f"{registry}/{PLUGIN}"}},
        "falcoctl": {
            "artifact": {
                "install": {"resources": resources("50m", "128Mi")},
                "follow": {"enabled": False},
            },
            "config": {
                # By default falcoctl reads an index on the internet before each command. The
                # references here are complete, so none is needed.
                "indexes": [],
                "artifact": {"install": {"refs": [f"{registry}/{RULES}"], "resolveDeps": False}},
            },
        },
        "falco": {"json_output": True},
        "customRules": dict(settings.rules),
        "metrics": {"enabled": metrics},
        "serviceMonitor": {"create": metrics},
        "falcosidekick": _sidekick(environment) if settings.alerts else {"enabled": False},
    }


def _sidekick(environment: Environment) -> dict[str, Any]:
    """Values of https://github.com/falcosecurity/falcosidekick, which forwards events."""
    settings = environment.platform.falco
    labels = {"app.kubernetes.io/name": "falcosidekick", "app.kubernetes.io/instance": NAME}
    apart = {"labelSelector": {"matchLabels": labels}, "topologyKey": HOST}
    return {
        "enabled": True,
        "replicaCount": settings.replicas,
        "config": {
            "templatedfields": NAMESPACE,
            "alertmanager": {
                "hostport": alertmanager_address(environment),
                # Alertmanager serves no other version since 0.27.
                "endpoint": "/api/v2/alerts",
                "minimumpriority": settings.alert_priority,
                "extralabels": f"alertname:{ALERT}",
                "customseveritymap": SEVERITIES,
            },
        },
        "serviceMonitor": {"enabled": metrics_on(environment)},
        "affinity": {
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {"weight": 100, "podAffinityTerm": apart}
                ]
            }
        },
        "tolerations": SYSTEM_TOLERATIONS,
        "resources": resources("20m", "64Mi"),
    }


def _traffic(context: Context) -> tuple[PodTraffic, ...]:
    """The sensor downloads its rules from a registry, and reads containers from the node."""
    registry = context.environment.platform.charts.image_registry or "ghcr.io"
    _, _, port = registry.partition("/")[0].partition(":")
    alerts = Call("kube-prometheus-stack", "alertmanager", tcp(ALERTMANAGER_PORT))
    sensor = PodTraffic(
        "sensor",
        {"app.kubernetes.io/name": NAME},
        outside=tcp(int(port or 443)),
        calls=(Call(NAME, "sender", tcp(SENDER_PORT)),),
        metrics=(8765,),
    )
    sender = PodTraffic(
        "sender",
        {"app.kubernetes.io/name": "falcosidekick"},
        calls=(alerts,),
        metrics=(SENDER_PORT,),
    )
    return (sensor, sender) if context.environment.platform.falco.alerts else (sensor,)


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAME,
    summary="Watches the system calls of containers, and sends alerts for suspicious ones.",
    values=_values,
    requires=(FOR_SERVICES, FOR_NODES, FOR_MONITORS),
    pod_security="privileged",
    helm=Helm(
        timeout_seconds=900,
        reason="A pod on every node downloads its rules before it starts.",
    ),
    images={
        "image.registry": "{registry}",
        "falcoctl.image.registry": "{registry}",
        "falcosidekick.image.registry": "{registry}",
    },
    workloads=(
        Workload(
            "sensor", ("resources",), NODE, init_resources=("falcoctl.artifact.install.resources",)
        ),
        Workload(
            "sender",
            ("falcosidekick.resources",),
            "falcosidekick.replicaCount",
            enabled="falcosidekick.enabled",
        ),
    ),
    traffic=_traffic,
    notes=(
        f"Each event is the alert `{ALERT}` with the labels `rule`, `priority`, `severity` and "
        "`namespace`, so that a team's routes receive the alerts of its pods. "
        f"Rules (`{RULES}`) and plugin (`{PLUGIN}`) are downloaded from ghcr.io or from "
        "`platform.charts.image_registry` when a pod starts, which must not be a private registry "
        "of ECR ([registries](../charts.md#a-mirror)). Falco sees every process of a node; its "
        "namespace allows privileged pods, and nothing else runs in it."
    ),
)

ADDONS: Final = (ADDON,)

"""Falco: what containers ask of the kernel (requirement J7, option)."""

from typing import Any, Final

from config.environment import Environment
from modules.helm.contract import Addon, Context, Helm, Values
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS, metrics_on
from modules.helm.scheduling import HOST, SYSTEM_TOLERATIONS, resources
from modules.helm.workload import NODE, Workload

NAME: Final = "falco"

RULES: Final = "falcosecurity/rules/falco-rules:5.1.0"
"""The chart would fetch the newest 5.x whenever a pod starts.
https://github.com/falcosecurity/rules/releases"""

PLUGIN: Final = "falcosecurity/plugins/plugin/container:0.7.1"
"""Knows which container a process is in; the version is the chart's."""

ALERTMANAGER: Final = "kube-prometheus-stack-alertmanager"
"""The Service, which the chart names after its release."""


ALERT: Final = "FalcoFinding"
"""Name of every alert of Falco's; the label `rule` says what was found."""

NAMESPACE: Final = f'namespace:{{{{ or (index . "k8s.ns.name") "{NAME}" }}}}'
"""A field of every finding, by which routes know the team: the namespace of the pod, or Falco's own
where it is the node that is behind it. Falcosidekick splits the text at each comma and colon."""

SEVERITIES: Final = "notice:info,informational:info,debug:info"
"""Those of Falco's priorities whose severity is called otherwise here.
https://github.com/falcosecurity/falcosidekick/blob/master/docs/outputs/alertmanager.md"""


def alertmanager_address(environment: Environment) -> str:
    """Where Alertmanager listens."""
    namespace = environment.platform.monitoring.namespace or "monitoring"
    return f"http://{ALERTMANAGER}.{namespace}:9093"


def _values(context: Context) -> Values:
    """Values; chart https://github.com/falcosecurity/charts/tree/master/charts/falco.

    * The modern eBPF probe is in Falco's own program and needs no kernel headers. It runs
      privileged: SELinux on Bottlerocket keeps lesser containers from eBPF and from containerd.
    * Rules come as an artifact of a fixed version, and nothing looks for newer ones.
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
                "artifact": {"install": {"refs": [f"{registry}/{RULES}"], "resolveDeps": False}}
            },
        },
        "falco": {"json_output": True},
        "customRules": dict(settings.rules),
        "metrics": {"enabled": metrics},
        "serviceMonitor": {"create": metrics},
        "falcosidekick": _sidekick(environment) if settings.alerts else {"enabled": False},
    }


def _sidekick(environment: Environment) -> dict[str, Any]:
    """What takes Falco's findings and sends them; https://github.com/falcosecurity/falcosidekick."""
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
                # Alertmanager has served no other since 0.27.
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


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAME,
    summary="Watches what containers ask of the kernel, and sends what is suspicious as alerts.",
    values=_values,
    requires=("aws-load-balancer-controller", "karpenter", PROMETHEUS_OPERATOR_CRDS),
    pod_security="privileged",
    helm=Helm(
        timeout_seconds=900,
        reason="A pod on every node fetches its rules before it starts.",
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
    notes=(
        f"Each finding is the alert `{ALERT}` with the labels `rule`, `priority`, `severity` and "
        "`namespace`, so that the routes of a team have those of its pods. "
        f"Rules (`{RULES}`) and plugin (`{PLUGIN}`) come from ghcr.io or from "
        "`platform.charts.image_registry` when a pod starts. Falco sees every process of a node; "
        "its namespace allows privileged pods and belongs to nobody else."
    ),
)

ADDONS: Final = (ADDON,)

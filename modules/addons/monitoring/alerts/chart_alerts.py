"""The rules and dashboards that kube-prometheus-stack brings, as far as they matter here.

Source: https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack/templates/prometheus/rules-1.14
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

REPLACED: Final[Mapping[str, tuple[str, ...]]] = {
    "KubeNodeNotReady": ("NodeNotReady",),
    "KubePodNotReady": ("PodPending", "PodUnschedulable"),
    "KubePersistentVolumeFillingUp": ("VolumeAlmostFull", "VolumeFillingUp"),
}
"""Rules of the chart that are switched off, each with the alerts that take its place."""


@dataclass(frozen=True)
class Breakage:
    """Something that the chart's own rules watch.

    Attributes:
        what: what breaks.
        alerts: the chart's alerts.
        own: alerts of the platform that add to them.
    """

    what: str
    alerts: tuple[str, ...]
    own: tuple[str, ...] = ()


COVERED: Final = (
    Breakage("A pod crashes in a loop", ("KubePodCrashLooping",), ("ContainerRestarting",)),
    Breakage("A container waits for an hour", ("KubeContainerWaiting",)),
    Breakage(
        "A Deployment, StatefulSet or DaemonSet does not get its pods",
        (
            "KubeDeploymentReplicasMismatch",
            "KubeStatefulSetReplicasMismatch",
            "KubeDaemonSetRolloutStuck",
        ),
    ),
    Breakage("A Job fails", ("KubeJobFailed",)),
    Breakage("An autoscaler of pods is at its maximum", ("KubeHpaMaxedOut",)),
    Breakage("An autoscaler of pods does not get its pods", ("KubeHpaReplicasMismatch",)),
    Breakage(
        "A node flaps, or cannot be reached", ("KubeNodeReadinessFlapping", "KubeNodeUnreachable")
    ),
    Breakage("A node has no room for more pods", ("KubeletTooManyPods",)),
    Breakage(
        "A node's own file system fills",
        ("NodeFilesystemSpaceFillingUp", "NodeFilesystemAlmostOutOfSpace"),
    ),
    Breakage("A volume runs out of inodes", ("KubePersistentVolumeInodesFillingUp",)),
    Breakage("A volume cannot be made", ("KubePersistentVolumeErrors",)),
    Breakage("A target cannot be scraped", ("TargetDown",)),
    Breakage(
        "Alertmanager cannot notify",
        ("AlertmanagerFailedToSendAlerts", "AlertmanagerClusterFailedToSendAlerts"),
    ),
    Breakage(
        "Prometheus cannot reach Alertmanager",
        ("PrometheusErrorSendingAlertsToAnyAlertmanager", "PrometheusNotConnectedToAlertmanagers"),
    ),
    Breakage("Alerts do not get through at all (it always fires)", ("Watchdog",)),
)

DASHBOARDS: Final[Mapping[str, str]] = {
    "Nodes": "*Node Exporter / Nodes*, *Node Exporter / USE Method / Cluster*",
    "Pods and namespaces": "*Kubernetes / Compute Resources / Namespace (Pods)*, *… / Workload*",
    "Volumes": "*Kubernetes / Persistent Volumes*",
    "Alertmanager and Prometheus": "*Alertmanager / Overview*, *Prometheus / Overview*",
}
"""What the chart's own dashboards show, which is why there are no others for it."""

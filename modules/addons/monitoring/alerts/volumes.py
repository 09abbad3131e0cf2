"""Volumes of pods."""

from typing import Final

from modules.addons.monitoring.alerts.component import Alert, Metrics, Part

VOLUMES: Final = Part(
    name="volumes",
    title="Volumes",
    installed=lambda _: True,
    metrics=(
        Metrics(
            source="https://kubernetes.io/docs/reference/instrumentation/metrics/",
            labels={
                "kubelet_volume_stats_available_bytes": ("namespace", "persistentvolumeclaim"),
                "kubelet_volume_stats_capacity_bytes": ("namespace", "persistentvolumeclaim"),
            },
        ),
    ),
    alerts=(
        Alert(
            name="VolumeAlmostFull",
            severity="critical",
            expr="""
                kubelet_volume_stats_available_bytes
                  / kubelet_volume_stats_capacity_bytes < 0.05
            """,
            hold="5m",
            summary="A volume is almost full.",
            description=(
                "The volume of claim {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} "
                "has {{ $value | humanizePercentage }} left."
            ),
            meaning="Databases stop writing when nothing is left, or worse.",
            first=(
                "Enlarge it: raise `spec.resources.requests.storage` of the claim with `kubectl -n "
                "<namespace> edit pvc <claim>`. The platform's storage classes allow it while "
                "pods run; EBS does it once in six hours.",
                "Write the new size where the claim comes from (Git, or the add-on's settings).",
                "Find out what fills it, and whether retention is right.",
            ),
        ),
        Alert(
            name="VolumeFillingUp",
            severity="warning",
            expr="""
                (
                  kubelet_volume_stats_available_bytes
                    / kubelet_volume_stats_capacity_bytes < 0.25
                )
                and predict_linear(kubelet_volume_stats_available_bytes[6h], 4 * 24 * 3600) < 0
            """,
            hold="1h",
            summary="A volume will be full within four days.",
            description=(
                "The volume of claim {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} "
                "has {{ $value | humanizePercentage }} left, and at the pace of the last six hours "
                "nothing in four days."
            ),
            meaning="There is time to enlarge the volume, or to store less.",
            first=(
                "Look at the dashboard *Kubernetes / Persistent Volumes*: steady growth or a leap?",
                "Enlarge it as with VolumeAlmostFull, or lower retention.",
            ),
        ),
    ),
)

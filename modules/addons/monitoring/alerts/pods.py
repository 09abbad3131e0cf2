"""Pods of all namespaces."""

from typing import Final

from modules.addons.monitoring.alerts.component import Alert, Metrics, Part

PODS: Final = Part(
    name="pods",
    title="Pods",
    installed=lambda _: True,
    metrics=(
        Metrics(
            source="https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/pod-metrics.md",
            labels={
                "kube_pod_status_phase": ("namespace", "pod", "phase", "uid"),
                "kube_pod_status_unschedulable": ("namespace", "pod", "uid"),
                "kube_pod_container_status_restarts_total": (
                    "namespace",
                    "pod",
                    "container",
                    "uid",
                ),
            },
        ),
    ),
    alerts=(
        Alert(
            name="PodUnschedulable",
            severity="warning",
            expr="max by (namespace, pod) (kube_pod_status_unschedulable) == 1",
            hold="10m",
            summary="No node takes a pod.",
            description=(
                "Pod {{ $labels.namespace }}/{{ $labels.pod }} has found no node for ten minutes."
            ),
            meaning=(
                "The scheduler finds no node for the pod, and no autoscaler has made one: the pod "
                "asks for what no node pool offers, or the pools are at their limits."
            ),
            first=(
                "`kubectl -n <namespace> describe pod <pod>`: the last event lists what each node "
                "lacks, and Karpenter's event what each node pool does.",
                "Compare with the NodePools: `kubectl get nodepools`, and the alerts about "
                "Karpenter.",
                "A pod with an EBS volume needs a node in the volume's zone.",
            ),
        ),
        Alert(
            name="PodPending",
            severity="warning",
            expr="""
                sum by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Unknown"}) > 0
                unless on (namespace, pod)
                max by (namespace, pod) (kube_pod_status_unschedulable) == 1
            """,
            hold="15m",
            summary="A pod has a node and does not start.",
            description=(
                "Pod {{ $labels.namespace }}/{{ $labels.pod }} has not started for fifteen minutes."
            ),
            meaning=(
                "The pod has a node, but an image cannot be pulled, a volume cannot be attached, a "
                "Secret or ConfigMap is missing, or there is no address left in the subnet."
            ),
            first=(
                "`kubectl -n <namespace> describe pod <pod>`: the events name the reason.",
                "`FailedCreatePodSandBox` with an address: compare free addresses of the subnets "
                "with `make ip-plan`.",
                "`CreateContainerConfigError`: see the alerts about External Secrets.",
            ),
        ),
        Alert(
            name="ContainerRestarting",
            severity="warning",
            expr="""
                sum by (namespace, pod, container) (
                  increase(kube_pod_container_status_restarts_total[1h])
                ) > 5
            """,
            hold="5m",
            summary="A container restarts again and again.",
            description=(
                "Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} "
                "has restarted {{ $value | humanize }} times within an hour."
            ),
            meaning=(
                "The container ends and is started again. KubePodCrashLooping sees those that wait "
                "between two starts; this one sees those, too, that run for a while each time."
            ),
            first=(
                "`kubectl -n <namespace> logs <pod> -c <container> --previous`.",
                "`kubectl -n <namespace> describe pod <pod>`: `OOMKilled` means that its memory "
                "limit is too low; a failed liveness probe is among the events.",
            ),
        ),
    ),
)

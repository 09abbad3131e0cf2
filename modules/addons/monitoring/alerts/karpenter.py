"""Karpenter's launches, pools and calls of AWS."""

from typing import Final

from modules.addons.karpenter import addon
from modules.addons.monitoring.alerts.component import Alert, Metrics, Part
from modules.addons.monitoring.alerts.dashboard import Dashboard, Panel, Query, Variable

_POOL: Final = ("nodepool", "resource_type")
_CONDITION: Final = ("name", "exported_namespace", "type", "status", "reason")

KARPENTER: Final = Part(
    name="karpenter",
    title="Karpenter",
    installed=addon.ADDON.installed,
    metrics=(
        Metrics(
            source="https://karpenter.sh/v1.14/reference/metrics/",
            labels={
                "karpenter_cloudprovider_errors_total": (
                    "controller",
                    "method",
                    "provider",
                    "error",
                ),
                "karpenter_nodepools_limit": _POOL,
                "karpenter_nodepools_usage": _POOL,
                "karpenter_scheduler_unschedulable_pods_count": ("controller",),
                "karpenter_scheduler_queue_depth": ("controller",),
                "karpenter_nodeclaims_created_total": ("nodepool", "reason"),
                "karpenter_nodeclaims_terminated_total": ("nodepool", "capacity_type", "zone"),
                "karpenter_nodeclaims_disrupted_total": ("nodepool", "reason", "capacity_type"),
                "karpenter_interruption_received_messages_total": ("message_type",),
                "karpenter_nodepools_allowed_disruptions": ("nodepool", "reason"),
                "operator_nodeclaim_status_condition_current_status_seconds": _CONDITION,
                "operator_ec2nodeclass_status_condition_count": _CONDITION,
            },
        ),
    ),
    alerts=(
        Alert(
            name="KarpenterCannotLaunch",
            severity="critical",
            expr="""
                sum by (error) (
                  increase(karpenter_cloudprovider_errors_total{method="Create"}[10m])
                ) > 0
            """,
            hold="15m",
            summary="Karpenter cannot launch nodes.",
            description=(
                "AWS has been refusing to launch nodes for fifteen minutes: "
                "{{ or $labels.error `an error without a category` }}."
            ),
            meaning=(
                "Each try to launch a node fails, so pods that need one wait. "
                "`InsufficientCapacityError`: AWS has none of the machines that the pools allow."
            ),
            first=(
                "`kubectl get events -A --field-selector source=karpenter`, and the controller's "
                "log: `kubectl -n kube-system logs -l app.kubernetes.io/name=karpenter`.",
                "Without capacity: allow more instance types, zones or on-demand in "
                "`platform.karpenter.node_pools`.",
                "`UnauthorizedOperation`: what changed in the cluster stack's roles, or in a "
                "service control policy? `VcpuLimitExceeded`: raise the quota at Service Quotas.",
            ),
        ),
        Alert(
            name="KarpenterPodsUnschedulable",
            severity="warning",
            expr="max(karpenter_scheduler_unschedulable_pods_count) > 0",
            hold="15m",
            summary="Pods fit no node pool.",
            description="{{ $value | humanize }} pods have fitted no node pool for 15 minutes.",
            meaning=(
                "No NodePool may make a node for these pods: requirements, taints or limits are "
                "against it."
            ),
            first=(
                "Find them with the alert PodUnschedulable; Karpenter's event at the pod says for "
                "each pool why not.",
                "Correct the pod's selectors and tolerations, or add to "
                "`platform.karpenter.node_pools`.",
            ),
        ),
        Alert(
            name="KarpenterNodeDoesNotJoin",
            severity="critical",
            expr="""
                max by (name) (
                  operator_nodeclaim_status_condition_current_status_seconds{
                    type="Registered", status!="True"
                  }
                ) > 600
            """,
            hold="1m",
            summary="A machine was launched and does not join the cluster.",
            description=(
                "The node of NodeClaim {{ $labels.name }} has not joined for "
                "{{ $value | humanizeDuration }}."
            ),
            meaning=(
                "The instance runs, or never came, but no node has registered. Karpenter gives "
                "up after fifteen minutes and launches another, at your cost."
            ),
            first=(
                "`kubectl describe nodeclaim <name>`.",
                "On the instance, with Session Manager: `journalctl -u kubelet`. No way to the "
                "API server, no access entry for the node role, and a wrong image are the usual "
                "reasons.",
            ),
        ),
        Alert(
            name="KarpenterNodeClassNotReady",
            severity="critical",
            expr="""
                max by (name, reason) (
                  operator_ec2nodeclass_status_condition_count{type="Ready", status!="True"}
                ) > 0
            """,
            hold="10m",
            summary="A node class cannot be used.",
            description=("EC2NodeClass {{ $labels.name }} is not ready: {{ $labels.reason }}."),
            meaning=(
                "Image, subnets, security group or instance profile of the class are not found. "
                "No pool that uses it launches nodes."
            ),
            first=(
                "`kubectl describe ec2nodeclass <name>`: one condition for each of these.",
                "Is the tag `addon.sh/discovery` still on the subnets? Plan the network stack.",
            ),
        ),
        Alert(
            name="KarpenterNodePoolAtLimit",
            severity="warning",
            expr="""
                max by (nodepool, resource_type) (karpenter_nodepools_usage)
                  / on (nodepool, resource_type)
                max by (nodepool, resource_type) (karpenter_nodepools_limit > 0) > 0.9
            """,
            hold="15m",
            summary="A node pool is near its limit.",
            description=(
                "NodePool {{ $labels.nodepool }} uses {{ $value | humanizePercentage }} of its "
                "limit of {{ $labels.resource_type }}."
            ),
            meaning="At its limit a pool launches no more nodes; the limit is there against bills.",
            first=(
                "Is the load real? Look for a Deployment or an HPA that has run away.",
                "Raise `limits` of the pool in `platform.karpenter.node_pools`.",
            ),
        ),
        Alert(
            name="KarpenterCloudProviderErrors",
            severity="warning",
            expr="""
                sum by (method, error) (
                  rate(
                    karpenter_cloudprovider_errors_total{
                      method!="Create", error!="NodeClaimNotFoundError"
                    }[10m]
                  )
                ) > 0
            """,
            hold="30m",
            summary="Karpenter's calls of AWS fail.",
            description=(
                "{{ $labels.method }} has been failing for half an hour: "
                "{{ or $labels.error `an error without a category` }}."
            ),
            meaning=(
                "Karpenter cannot list, describe or terminate machines. Nodes may stay that "
                "nobody needs. A machine that is already gone does not count."
            ),
            first=(
                "The controller's log names the call and the answer of AWS.",
                "Throttling passes; `AccessDenied` does not: compare the controller's policies "
                "with the cluster stack.",
            ),
        ),
    ),
    dashboard=Dashboard(
        uid="platform-karpenter",
        title="Karpenter",
        variables=(Variable("nodepool", "karpenter_nodepools_usage", "nodepool"),),
        panels=(
            Panel(
                "Nodes",
                (
                    Query(
                        "sum(max by (nodepool) (karpenter_nodepools_usage"
                        '{nodepool=~"$nodepool", resource_type="nodes"}))'
                    ),
                ),
                kind="stat",
            ),
            Panel(
                "CPUs",
                (
                    Query(
                        "sum(max by (nodepool) (karpenter_nodepools_usage"
                        '{nodepool=~"$nodepool", resource_type="cpu"}))'
                    ),
                ),
                kind="stat",
            ),
            Panel(
                "Pods waiting for a decision",
                (Query("max(karpenter_scheduler_queue_depth)"),),
                kind="stat",
            ),
            Panel(
                "Pods that fit no pool",
                (Query("max(karpenter_scheduler_unschedulable_pods_count)"),),
                kind="stat",
            ),
            Panel(
                "Use of the pools' limits",
                (
                    Query(
                        """
                        max by (nodepool, resource_type) (
                          karpenter_nodepools_usage{nodepool=~"$nodepool"}
                        ) / on (nodepool, resource_type) max by (nodepool, resource_type) (
                          karpenter_nodepools_limit{nodepool=~"$nodepool"} > 0
                        )
                        """,
                        "{{nodepool}} {{resource_type}}",
                    ),
                ),
                unit="percentunit",
            ),
            Panel(
                "Nodes launched and ended",
                (
                    Query(
                        "sum by (nodepool) (increase(karpenter_nodeclaims_created_total"
                        '{nodepool=~"$nodepool"}[$__rate_interval]))',
                        "launched {{nodepool}}",
                    ),
                    Query(
                        "sum by (nodepool) (increase(karpenter_nodeclaims_terminated_total"
                        '{nodepool=~"$nodepool"}[$__rate_interval]))',
                        "ended {{nodepool}}",
                    ),
                ),
            ),
            Panel(
                "Why nodes were disrupted",
                (
                    Query(
                        "sum by (reason) (increase(karpenter_nodeclaims_disrupted_total"
                        '{nodepool=~"$nodepool"}[$__rate_interval]))',
                        "{{reason}}",
                    ),
                ),
            ),
            Panel(
                "Disruptions that the budgets allow",
                (
                    Query(
                        "max by (nodepool, reason) (karpenter_nodepools_allowed_disruptions"
                        '{nodepool=~"$nodepool"})',
                        "{{nodepool}} {{reason}}",
                    ),
                ),
            ),
            Panel(
                "Errors of AWS",
                (
                    Query(
                        "sum by (method, error) "
                        "(rate(karpenter_cloudprovider_errors_total[$__rate_interval]))",
                        "{{method}} {{error}}",
                    ),
                ),
                unit="ops",
            ),
            Panel(
                "Interruption messages",
                (
                    Query(
                        "sum by (message_type) (increase("
                        "karpenter_interruption_received_messages_total[$__rate_interval]))",
                        "{{message_type}}",
                    ),
                ),
            ),
        ),
    ),
)

"""Nodes, of whatever origin."""

from typing import Final

from modules.addons.monitoring.alerts.component import Alert, Metrics, Part

NODES: Final = Part(
    name="nodes",
    title="Nodes",
    installed=lambda _: True,
    metrics=(
        Metrics(
            source="https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/cluster/node-metrics.md",
            labels={"kube_node_status_condition": ("node", "condition", "status")},
        ),
    ),
    alerts=(
        Alert(
            name="NodeNotReady",
            severity="warning",
            expr='kube_node_status_condition{condition="Ready", status="true"} == 0',
            hold="10m",
            summary="A node is not ready.",
            description="Node {{ $labels.node }} has not been ready for ten minutes.",
            meaning=(
                "The node's kubelet says that it cannot run pods, or has not been heard of. "
                "Kubernetes moves its pods to other nodes after five minutes."
            ),
            first=(
                "`kubectl describe node <node>`: conditions and events say what the kubelet lacks.",
                "Is the instance there? `aws ec2 describe-instance-status --instance-ids <id>`.",
                "A node of Karpenter's may be given up: `kubectl delete node <node>` drains and "
                "replaces it. EKS repairs nodes of managed groups by itself.",
                "Look inside with Session Manager: `journalctl -u kubelet`.",
            ),
        ),
        Alert(
            name="ManyNodesNotReady",
            severity="critical",
            expr="""
                (
                  sum(kube_node_status_condition{condition="Ready", status="true"} == bool 0)
                    / count(kube_node_status_condition{condition="Ready", status="true"})
                ) > 0.2
            """,
            hold="5m",
            summary="More than a fifth of the nodes are not ready.",
            description="{{ $value | humanizePercentage }} of the nodes are not ready.",
            meaning=(
                "Nodes fail together: a zone is down, the way to the API server or to the "
                "registry is cut, or a change of the node image or the CNI went wrong."
            ),
            first=(
                "`kubectl get nodes -L topology.kubernetes.io/zone`: one zone only? Then see the "
                "AWS Health Dashboard, and start a zonal shift where it is on.",
                "`kubectl -n kube-system get pods -o wide -l k8s-app=aws-node`: does the CNI run?",
                "What changed last? Plan the cluster stack, and see the version table's history.",
            ),
        ),
    ),
)

"""The pods of the EKS add-ons: their default requests, and the paths of their configuration.

The defaults are those of the projects' charts and manifests, from which EKS makes the add-ons, and
what EKS is known to add. An amount of 0 means no request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from config.types.kubernetes import AddonName
from modules.helm.workload import NODE, Workload


@dataclass(frozen=True)
class AddonPods:
    """The pods of one add-on.

    Attributes:
        defaults: EKS's default configuration of replicas and requests.
        workloads: the paths of these settings.
        source: source of the defaults.
    """

    defaults: dict[str, Any]
    workloads: tuple[Workload, ...]
    source: str


def _requests(cpu: str = "0", memory: str = "0") -> dict[str, Any]:
    return {"requests": {"cpu": cpu, "memory": memory}}


_SIDECAR: Final = _requests("10m", "40Mi")

ADDON_PODS: Final[Mapping[AddonName, AddonPods]] = {
    "eks-pod-identity-agent": AddonPods(
        {"resources": _requests()},
        (Workload("agent", ("resources",), NODE),),
        "https://github.com/aws/eks-pod-identity-agent/blob/main/charts/eks-pod-identity-agent/values.yaml",
    ),
    "vpc-cni": AddonPods(
        {"resources": _requests("25m"), "nodeAgent": {"resources": _requests("25m")}},
        (Workload("aws-node", ("resources", "nodeAgent.resources"), NODE),),
        "https://github.com/aws/amazon-vpc-cni-k8s/blob/master/charts/aws-vpc-cni/values.yaml",
    ),
    "kube-proxy": AddonPods(
        {"resources": _requests("100m")},
        (Workload("kube-proxy", ("resources",), NODE),),
        "https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html",
    ),
    "coredns": AddonPods(
        {"replicaCount": 2, "resources": _requests("100m", "70Mi")},
        (Workload("coredns", ("resources",), "replicaCount"),),
        "https://docs.aws.amazon.com/eks/latest/userguide/coredns-autoscaling.html",
    ),
    "snapshot-controller": AddonPods(
        {"replicaCount": 2, "resources": _requests("10m", "32Mi")},
        (Workload("controller", ("resources",), "replicaCount"),),
        "https://github.com/kubernetes-csi/external-snapshotter/blob/master/deploy/kubernetes/snapshot-controller/setup-snapshot-controller.yaml",
    ),
    "aws-ebs-csi-driver": AddonPods(
        {
            "controller": {"replicaCount": 2, "resources": _SIDECAR},
            "node": {"resources": _SIDECAR},
        },
        (
            # Its sidecars inherit the resources of the controller.
            Workload("controller", ("controller.resources",) * 6, "controller.replicaCount"),
            Workload("node", ("node.resources",) * 3, NODE),
        ),
        "https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/charts/aws-ebs-csi-driver/values.yaml",
    ),
    "aws-efs-csi-driver": AddonPods(
        {
            "replicaCount": 2,
            "controller": {"resources": _requests("200m")},
            "node": {"resources": _requests()},
        },
        (
            # https://github.com/aws/containers-roadmap/issues/2758: once for each container.
            Workload("controller", ("controller.resources",) * 3, "replicaCount"),
            Workload("node", ("node.resources",) * 3, NODE),
        ),
        "https://github.com/aws/containers-roadmap/issues/2758",
    ),
    "metrics-server": AddonPods(
        {"replicas": 2, "resources": _requests("100m", "200Mi")},
        (Workload("metrics-server", ("resources",), "replicas"),),
        "https://github.com/kubernetes-sigs/metrics-server/blob/master/charts/metrics-server/values.yaml",
    ),
    "eks-node-monitoring-agent": AddonPods(
        {"nodeAgent": {"resources": _requests("10m", "30Mi")}},
        (Workload("agent", ("nodeAgent.resources",), NODE),),
        "https://github.com/aws/eks-node-monitoring-agent/blob/main/charts/eks-node-monitoring-agent/values.yaml",
    ),
}

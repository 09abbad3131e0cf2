"""The EKS add-ons as data: permissions, order and configuration.

Metrics Server is an EKS add-on instead of a chart: HPAs and `kubectl top` need it before the
platform stack exists, EKS checks its version against the Kubernetes minor, and it is deleted with
the cluster. The same holds for the CSI drivers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from config.derived.ip_plan import WARM_PREFIXES
from config.environment import Environment
from config.sections.cluster import Cluster
from config.types.kubernetes import AddonName
from modules.cluster.volume_attachments import reserved_attachments
from modules.scheduling import SYSTEM_TOLERATIONS, resources

Values = dict[str, Any]

TOLERATE_SYSTEM_TAINT: Final[Values] = {"tolerations": SYSTEM_TOLERATIONS}
"""Without it the pods wait for nodes that Karpenter makes later, and the add-on does not become
active. CoreDNS and the CSI drivers have this toleration by default."""


@dataclass(frozen=True)
class AddonSpec:
    """One add-on.

    Attributes:
        name: its name in EKS.
        stage: before_nodes: the nodes depend on it; after_nodes: it depends on the system nodes.
        service_account: service account in kube-system with AWS permissions; empty for none.
        managed_policy: the AWS managed policy of these permissions.
        volume_keys: whether it makes volumes with the customer managed keys of claims.
        requires: add-ons that come first.
        values: configuration values, by the add-on's schema.
        used: whether another setting needs it.
        in_auto_mode: whether it is installed in EKS Auto Mode, which does the work of the others;
            the platform stack then makes it, after the node pools.
    """

    name: AddonName
    stage: Literal["before_nodes", "after_nodes"]
    service_account: str = ""
    managed_policy: str = ""
    volume_keys: bool = False
    requires: tuple[AddonName, ...] = ()
    values: Callable[[Environment], Values] = lambda _: {}
    used: Callable[[Cluster], bool] = lambda _: True
    in_auto_mode: bool = False

    def installed(self, cluster: Cluster) -> bool:
        """Whether it is installed in a cluster, by its settings and those of others."""
        fits = self.in_auto_mode or not cluster.auto_mode
        return fits and self.used(cluster) and cluster.addon(self.name).enabled


def _vpc_cni(environment: Environment) -> Values:
    """Prefix delegation in the pod subnets, security groups for pods, and network policies.

    Subnet discovery is the CNI's default, and the cluster's name decides which tagged subnets are
    those of this cluster. With `standard`, network policies apply to pods with security groups of
    their own, and their traffic to the internet leaves through the node. Where Cilium is chained,
    it enforces the policies. In an existing VPC, whose subnets have no tags, ENIConfigs name the
    subnets of pods by their ids; without subnets of their own, pods use those of their nodes.

    Sources: https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses.html,
    https://docs.aws.amazon.com/eks/latest/userguide/cni-subnet-selection.html,
    https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network.html,
    https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html,
    https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
    """
    existing = environment.network.existing
    values: Values = {
        "enableNetworkPolicy": "false" if environment.platform.cilium.enabled else "true",
        "env": {
            "CLUSTER_NAME": environment.cluster_name,
            "ENABLE_POD_ENI": "true",
            "ENABLE_PREFIX_DELEGATION": "true",
            "ENABLE_SUBNET_DISCOVERY": "true" if existing is None else "false",
            "POD_SECURITY_GROUP_ENFORCING_MODE": "standard",
            "WARM_PREFIX_TARGET": str(WARM_PREFIXES),
        },
    }
    if existing is not None and existing.pods:
        values["env"]["AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"] = "true"
        values["env"]["ENI_CONFIG_LABEL_DEF"] = "topology.kubernetes.io/zone"
        # The add-on names each ENIConfig by its key, which the label of the nodes must equal.
        values["eniConfig"] = {
            "create": True,
            "region": environment.region,
            "subnets": {
                f"{environment.region}{zone}": {"id": subnet.id}
                for zone, subnet in existing.pods.items()
            },
        }
    return values


def _kube_proxy(environment: Environment) -> Values:
    """Source: https://docs.aws.amazon.com/eks/latest/best-practices/ipvs.html"""  # noqa: D415
    mode = environment.cluster.kube_proxy_mode
    values: Values = {"mode": mode}
    if mode == "ipvs":
        values["ipvs"] = {"scheduler": "rr"}
    return values


def _coredns(_: Environment) -> Values:
    """Replicas in different zones, where there are nodes."""
    return {
        "topologySpreadConstraints": [
            {
                "labelSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
            }
        ]
    }


def _ebs_csi_driver(environment: Environment) -> Values:
    """Reserved attachments, which the driver refuses beside a fixed limit of the user's own."""
    own = environment.cluster.addon("aws-ebs-csi-driver").values.get("node", {})
    if "volumeAttachLimit" in own:
        return {}
    return {"node": {"reservedVolumeAttachments": reserved_attachments(environment)}}


def _efs_csi_driver(_: Environment) -> Values:
    """EKS's default is 200m for each of the controller's containers, 1.2 CPUs in total.

    The setting applies to each of them.

    Source: https://github.com/aws/containers-roadmap/issues/2758
    """
    return {"controller": {"resources": resources("20m", "128Mi")}}


EKS_ADDONS: Final = (
    AddonSpec(
        "eks-pod-identity-agent",
        "before_nodes",
        used=lambda cluster: cluster.identity == "pod_identity",
    ),
    AddonSpec(
        "vpc-cni",
        "before_nodes",
        service_account="aws-node",
        managed_policy="AmazonEKS_CNI_Policy",
        values=_vpc_cni,
    ),
    AddonSpec("kube-proxy", "before_nodes", values=_kube_proxy),
    AddonSpec("coredns", "after_nodes", values=_coredns),
    AddonSpec(
        "snapshot-controller",
        "after_nodes",
        values=lambda _: TOLERATE_SYSTEM_TAINT,
        in_auto_mode=True,
    ),
    AddonSpec(
        "aws-ebs-csi-driver",
        "after_nodes",
        service_account="ebs-csi-controller-sa",
        # Volumes and snapshots with the driver's tag only, unlike AmazonEBSCSIDriverPolicy.
        # https://github.com/kubernetes-sigs/aws-ebs-csi-driver/issues/2918
        managed_policy="AmazonEBSCSIDriverPolicyV2",
        # That policy has no permission of KMS.
        volume_keys=True,
        values=_ebs_csi_driver,
        # The driver's snapshotter needs the CRDs of the snapshot controller.
        requires=("snapshot-controller",),
    ),
    AddonSpec(
        "aws-efs-csi-driver",
        "after_nodes",
        service_account="efs-csi-controller-sa",
        managed_policy="service-role/AmazonEFSCSIDriverPolicy",
        values=_efs_csi_driver,
        used=lambda cluster: cluster.efs.enabled,
        in_auto_mode=True,
    ),
    AddonSpec(
        "metrics-server",
        "after_nodes",
        values=lambda _: TOLERATE_SYSTEM_TAINT,
        in_auto_mode=True,
    ),
    AddonSpec("eks-node-monitoring-agent", "after_nodes"),
)
"""Each after the add-ons that it requires."""

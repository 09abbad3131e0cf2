"""The `cluster` section: the EKS control plane, its nodes, add-ons and access."""

from typing import Annotated, Any, Literal

from pydantic import Field

from config.sections.cluster_access import Access
from config.sections.cluster_capabilities import Capabilities
from config.sections.cluster_efs import Efs
from config.sections.cluster_nodes import NodeGroup, NodeSsh, SystemNodes
from config.settings import Settings
from config.types.aws import Cidr, KmsKeyArn, RetentionDays
from config.types.kubernetes import (
    AddonName,
    AddonVersion,
    ClusterName,
    KubernetesVersion,
    NodeGroupName,
)


class ApiEndpoint(Settings):
    """The Kubernetes API endpoint. The private endpoint in the VPC is always enabled."""

    public: bool = False
    """Also enable the public endpoint."""

    public_access_cidrs: Annotated[list[Cidr], Field(max_length=40)] = []
    """Public address blocks that may reach the public endpoint."""

    allow_public_access_from_anywhere: bool = False
    """Allow a public endpoint that is reachable from the whole internet. Requests still need IAM
    authentication, but a vulnerability of the API server would be exposed to everyone."""


class EksAddon(Settings):
    """An EKS add-on."""

    enabled: bool = True
    """Install it."""

    version: AddonVersion | None = None
    """Its version. Default: that of config/versions.yaml for the Kubernetes minor."""

    values: dict[str, Any] = {}
    """Configuration values, in the add-on's schema, merged over those of the generator."""


class VolumeKey(Settings):
    """A customer managed KMS key for the EBS volumes of nodes and of PersistentVolumes.

    The network stack creates it, so that retained volumes and snapshots outlive the cluster.
    """

    enabled: bool = False
    """Encrypt new volumes with this key, unless `volume_kms_key` of their nodes or
    `platform.storage_classes.kms_key` names another one. Otherwise the account's default key for
    EBS encrypts them."""

    arn: KmsKeyArn | None = None
    """An existing key instead. Its key policy must allow the IAM policies of this account, and
    the service-linked roles of EC2 Auto Scaling and of Spot, to use it
    (docs/encryption-at-rest.md)."""

    force_destroy: bool = False
    """Let Terraform delete the key; a volume or snapshot that is left can then never be read
    again. Otherwise Terraform refuses to destroy the network stack, and when `enabled` becomes
    false it leaves the key in AWS."""

    @property
    def created(self) -> bool:
        """Whether the network stack creates a key."""
        return self.enabled and self.arn is None


class Upgrade(Settings):
    """How the cluster follows a change of its version."""

    nodes: Literal["together", "after"] = "together"
    """Upgrade node groups and EKS add-ons in the same apply as the control plane, or `after` it:
    they have the minor before `version` until this is `together` again, so that the control plane
    can be rolled back alone. Meanwhile Karpenter does not replace nodes that have drifted; new ones
    have the control plane's minor."""

    force_update_version: bool = False
    """Upgrade the control plane although an upgrade insight of EKS reports an error."""


class Cluster(Settings):
    """The EKS cluster."""

    name: ClusterName | None = None
    """Name of the cluster. Default: the name of the environment."""

    version: KubernetesVersion = "1.36"
    """Kubernetes version. EKS upgrades by one minor version at a time, and rolls back by one within
    7 days of an upgrade (docs/upgrades.md)."""

    compute: Literal["nodes", "auto", "left_auto"] = "nodes"
    """What runs pods: managed node groups and what `autoscaler` selects; or `auto` for EKS Auto
    Mode, in which EKS makes nodes, volumes and load balancers by itself, and runs the VPC CNI,
    kube-proxy, CoreDNS and Karpenter outside of the nodes (docs/auto-mode.md). A cluster that was
    `auto` once is `left_auto` afterwards, never `nodes`: EKS then needs to be told that Auto Mode
    is off."""

    endpoint: ApiEndpoint = ApiEndpoint()
    """The Kubernetes API endpoint."""

    api_access_cidrs: Annotated[list[Cidr], Field(max_length=40)] = []
    """Address blocks besides the nodes, for example of a VPN, that may reach the private
    endpoint."""

    service_cidr: Annotated[Cidr, Field()] = Field(default="172.20.0.0/16", validate_default=True)  # pyright: ignore[reportAssignmentType]
    """Address block of Kubernetes Services. It cannot be changed after the cluster is created."""

    log_retention_days: RetentionDays = 365
    """Retention of the control plane logs, in days."""

    upgrade_policy: Literal["standard", "extended"] = "extended"
    """What happens when standard support of the Kubernetes version ends: with `extended` the
    cluster stays on its version for another year at a higher price, with `standard` EKS upgrades
    it."""

    upgrade: Upgrade = Upgrade()
    """Upgrades of the Kubernetes version."""

    zonal_shift: bool = False
    """Let Amazon Application Recovery Controller shift traffic away from an impaired zone."""

    deletion_protection: bool | None = None
    """Let EKS refuse to delete the cluster (AWS provider 6.9 or newer), and Terraform to destroy or
    replace it. To disable it again, set false, not null."""

    identity: Literal["pod_identity", "irsa"] = "pod_identity"
    """How pods get IAM roles: EKS Pod Identity, or IAM roles for service accounts (OIDC
    provider)."""

    kube_proxy_mode: Literal["iptables", "ipvs", "nftables"] = "iptables"
    """Proxy mode of kube-proxy. Kubernetes 1.35 deprecates ipvs in favor of nftables."""

    access: list[Access] = []
    """Access entries of the cluster, besides those of the environment's `admins`."""

    system_nodes: SystemNodes = SystemNodes()
    """Nodes for the platform's pods, in all zones, with the taint `CriticalAddonsOnly`."""

    node_groups: dict[NodeGroupName, NodeGroup] = {}
    """Additional managed node groups by name. Karpenter does not need any."""

    node_ssh: NodeSsh = NodeSsh()
    """SSH to nodes."""

    node_parameters: bool = False
    """Let nodes read the account's parameters in Systems Manager, for documents or agents that use
    them, as its managed policy for Session Manager allows."""

    addons: dict[AddonName, EksAddon] = {}
    """Settings of the EKS add-ons, by their names in EKS. All are installed by default."""

    efs: Efs = Efs()
    """A shared file system."""

    capabilities: Capabilities = Capabilities()
    """Software that EKS runs for the cluster (docs/capabilities.md)."""

    volume_key: VolumeKey = VolumeKey()
    """The KMS key of EBS volumes."""

    autoscaler: Literal["karpenter", "cluster_autoscaler", "none"] = "karpenter"
    """What provisions nodes for pending pods. With `compute: auto` it is EKS's own Karpenter."""

    @property
    def auto_mode(self) -> bool:
        """Whether EKS Auto Mode runs the nodes."""
        return self.compute == "auto"

    @property
    def runs_karpenter(self) -> bool:
        """Whether the platform installs Karpenter, with its role, queue and instance profile."""
        return self.autoscaler == "karpenter" and not self.auto_mode

    @property
    def pod_security_groups(self) -> bool:
        """Whether pods can have security groups of their own: the values of the VPC CNI say no."""
        values = self.addon("vpc-cni").values.get("env")
        return not (isinstance(values, dict) and values.get("ENABLE_POD_ENI") == "false")  # pyright: ignore[reportUnknownMemberType]

    def addon(self, name: AddonName) -> EksAddon:
        """The settings of an EKS add-on; the defaults where the file has none."""
        return self.addons.get(name, EksAddon())

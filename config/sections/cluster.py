"""The `cluster` section: the EKS control plane, its nodes, add-ons and access."""

from typing import Annotated, Any, Literal

from pydantic import Field

from config.sections.cluster_access import Access
from config.sections.cluster_nodes import NodeGroup, NodeSsh, SystemNodes
from config.settings import Settings
from config.types.aws import Cidr, RetentionDays
from config.types.kubernetes import (
    AddonName,
    AddonVersion,
    ClusterName,
    KubernetesVersion,
    NodeGroupName,
)


class ApiEndpoint(Settings):
    """The Kubernetes API endpoint. Inside the VPC it always answers on a private address."""

    public: bool = False
    """Answer on the internet as well."""

    public_access_cidrs: Annotated[list[Cidr], Field(max_length=40)] = []
    """Public address blocks that may reach the public endpoint."""

    allow_public_access_from_anywhere: bool = False
    """Accept a public endpoint that the whole internet can reach. IAM still decides who gets in;
    a flaw in the API server would be everybody's."""


class EksAddon(Settings):
    """An EKS add-on."""

    enabled: bool = True
    """Install it."""

    version: AddonVersion | None = None
    """Its version. Default: the version table's for the Kubernetes minor."""

    values: dict[str, Any] = {}
    """Configuration by the add-on's own schema, merged over the generator's."""


class Efs(Settings):
    """A shared file system, reachable in every zone."""

    enabled: bool = True
    """Make the file system and install its driver."""

    backup: bool = True
    """Let AWS Backup keep daily copies for 35 days."""

    infrequent_access_days: Literal[0, 1, 7, 14, 30, 60, 90, 180, 270, 365] = 30
    """Days without access after which a file moves to cheaper storage; 0 for never."""

    deletion_protection: bool | None = None
    """Let Terraform refuse to destroy or to replace file system and key, so that what is in it is
    not lost with the cluster or with its name. Without the file system in the configuration
    (`enabled: false`) nothing holds it. Default: as `cluster.deletion_protection`."""


class Cluster(Settings):
    """The EKS cluster."""

    name: ClusterName | None = None
    """Name of the cluster. Default: the environment's."""

    version: KubernetesVersion = "1.35"
    """Kubernetes version. EKS upgrades by one minor at a time and never back."""

    endpoint: ApiEndpoint = ApiEndpoint()
    """The Kubernetes API endpoint."""

    api_access_cidrs: Annotated[list[Cidr], Field(max_length=40)] = []
    """Address blocks beyond the nodes, such as a VPN's, that may reach the private endpoint."""

    service_cidr: Annotated[Cidr, Field()] = Field(default="172.20.0.0/16", validate_default=True)  # pyright: ignore[reportAssignmentType]
    """Addresses of Kubernetes Services. EKS keeps those that the cluster was made with."""

    log_retention_days: RetentionDays = 365
    """Days that the control plane's logs are kept."""

    upgrade_policy: Literal["standard", "extended"] = "extended"
    """What happens when standard support of the Kubernetes version ends: `extended` leaves the
    cluster alone for another year at a higher price, `standard` lets EKS upgrade it by itself."""

    zonal_shift: bool = False
    """Let Amazon Application Recovery Controller move traffic out of an impaired zone."""

    deletion_protection: bool | None = None
    """Refuse to delete the cluster (AWS provider 6.9 or newer). Set it to false, not null, to
    take it back."""

    identity: Literal["pod_identity", "irsa"] = "pod_identity"
    """How pods get their IAM role: EKS Pod Identity, or the older OIDC provider."""

    kube_proxy_mode: Literal["iptables", "ipvs", "nftables"] = "iptables"
    """How nodes reach Services. Kubernetes 1.35 calls ipvs deprecated in favour of nftables."""

    access: list[Access] = []
    """Who may do what in the cluster, besides the environment's admins."""

    system_nodes: SystemNodes = SystemNodes()
    """Nodes of the platform's own pods, tainted `CriticalAddonsOnly`, over all zones."""

    node_groups: dict[NodeGroupName, NodeGroup] = {}
    """Further managed node groups by name. Karpenter needs none."""

    node_ssh: NodeSsh = NodeSsh()
    """SSH to nodes."""

    addons: dict[AddonName, EksAddon] = {}
    """Changes to the EKS add-ons, by EKS's names. They are installed without being named."""

    efs: Efs = Efs()
    """A shared file system."""

    autoscaler: Literal["karpenter", "cluster_autoscaler", "none"] = "karpenter"
    """What makes nodes for pods that have none."""

    @property
    def efs_protected(self) -> bool:
        """Whether Terraform refuses to destroy the shared file system."""
        protected = self.efs.deletion_protection
        return bool(self.deletion_protection if protected is None else protected)

    def addon(self, name: AddonName) -> EksAddon:
        """The settings of an add-on, the defaults where none are given.

        Args:
            name: the add-on, as EKS calls it.
        """
        return self.addons.get(name, EksAddon())

"""The `cluster.capabilities` section: software that EKS runs for the cluster, outside of it."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from config.permissions import PolicyStatement
from config.reading.form import Form
from config.settings import Settings
from config.types.aws import Region
from config.types.kubernetes import Namespace, ObjectName
from config.types.permissions import PolicyArn, StatementId

IdentityCenterArn = Annotated[
    str,
    StringConstraints(pattern=r"^arn:aws(-cn|-us-gov)?:sso:::instance/ssoins-[0-9a-f]{16}$"),
    Form("the ARN of an instance of IAM Identity Center, arn:aws:sso:::instance/ssoins-…"),
]

IdentityId = Annotated[
    str,
    StringConstraints(
        pattern=r"^([0-9a-f]{10}-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    ),
    Form("the id of a user or group in IAM Identity Center, as `aws identitystore` gives it"),
]

VpcEndpointId = Annotated[
    str,
    StringConstraints(pattern=r"^vpce-[0-9a-f]{8}([0-9a-f]{9})?$"),
    Form("the id of a VPC endpoint, vpce- and hexadecimal digits"),
]

ClusterArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws(-cn|-us-gov)?:eks:[a-z0-9-]+:[0-9]{12}:cluster/[0-9A-Za-z][A-Za-z0-9_-]{0,99}$"
    ),
    Form("the ARN of an EKS cluster, arn:aws:eks:<region>:<account>:cluster/<name>"),
]

IN_CLUSTER: Final = "in-cluster"
"""Name of the cluster itself in Argo CD."""

ClusterPolicy = Literal["cluster_admin", "admin", "edit", "view"]


class Capability(Settings):
    """A capability of EKS."""

    enabled: bool = False
    """Have it."""

    statements: dict[StatementId, PolicyStatement] = {}
    """Statements of a policy of its role, by their Sid."""

    policy_arns: Annotated[list[PolicyArn], Field(max_length=8)] = []
    """ARNs of further policies of its role, of AWS or of this account."""


class IdentityCenter(Settings):
    """The instance of IAM Identity Center whose users log in to Argo CD."""

    instance_arn: IdentityCenterArn | None = None
    """ARN of the instance."""

    region: Region | None = None
    """Region of the instance. Default: the environment's region."""


class Identities(Settings):
    """Users and groups of IAM Identity Center."""

    groups: list[IdentityId] = []
    """Ids of groups."""

    users: list[IdentityId] = []
    """Ids of users."""


class ArgoCdCapability(Capability):
    """Argo CD that EKS runs, instead of `platform.argo_cd`."""

    identity_center: IdentityCenter = IdentityCenter()
    """Where its users are. They cannot be in another place."""

    namespace: Namespace = "argocd"
    """Namespace of its Applications and clusters. It cannot be changed later."""

    admins: Identities = Identities()
    """Who administers it."""

    editors: Identities = Identities()
    """Who changes applications, as far as roles of their projects allow."""

    viewers: Identities = Identities()
    """Who sees applications, as far as roles of their projects allow."""

    vpc_endpoints: list[VpcEndpointId] = []
    """Interface endpoints of `eks-capabilities` by which alone its web interface is reached.
    Default: it is reached from the internet, by those who log in."""

    access: ClusterPolicy | None = "cluster_admin"
    """What it may deploy in this cluster, as an EKS access policy; null for nothing but what
    bindings of the group `eks-access-entry:<ARN of its role>` allow."""

    clusters: dict[ObjectName, ClusterArn] = {}
    """Further clusters that it deploys to, by their names in Argo CD. Each needs an entry in its
    own `cluster.access` with the role of this capability."""


class AckCapability(Capability):
    """AWS Controllers for Kubernetes: AWS resources from Kubernetes objects."""

    access: ClusterPolicy | None = None
    """What it may read and change in this cluster besides its own objects."""


class KroCapability(Capability):
    """kro, which makes Kubernetes APIs of groups of objects."""

    access: ClusterPolicy | None = None
    """What it may make in this cluster; null for its own objects only."""


class Capabilities(Settings):
    """EKS Capabilities (AWS provider 6.25 or newer). AWS charges for each by the hour."""

    argo_cd: ArgoCdCapability = ArgoCdCapability()
    """Argo CD."""

    ack: AckCapability = AckCapability()
    """AWS Controllers for Kubernetes."""

    kro: KroCapability = KroCapability()
    """kro."""

    @property
    def enabled(self) -> dict[str, Capability]:
        """Those that are enabled, by their keys."""
        every: dict[str, Capability] = {"argo_cd": self.argo_cd, "ack": self.ack, "kro": self.kro}
        return {key: each for key, each in every.items() if each.enabled}

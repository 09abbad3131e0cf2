"""The `teams` section: namespaces of teams, their limits, roles and applications."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from config.sections.cluster_roles import ClusterRoles
from config.sections.workloads import TeamWorkload, WorkloadName
from config.settings import Settings
from config.types.aws import Cidr, SecurityGroupId
from config.types.edge import Port, Scheme, TeamHost
from config.types.git import RepositoryPath, RepositoryUrl, SsoGroup
from config.types.kubernetes import (
    AllowedKind,
    Cpu,
    GroupName,
    LabelKey,
    LabelValue,
    Memory,
    Namespace,
    ObjectName,
    StorageSize,
)

TEAM_LABEL: Final = "team"
"""Label of a namespace with the name of its team."""


Role = Literal["admin", "edit", "view"]
"""The user-facing roles of Kubernetes.
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles"""

Count = Annotated[int, Field(ge=0, le=100_000)]


class Quota(Settings):
    """The ResourceQuota of a namespace."""

    cpu_requests: Cpu = "20"
    """Sum of CPU requests."""

    memory_requests: Memory = "40Gi"
    """Sum of memory requests."""

    memory_limits: Memory = "80Gi"
    """Sum of memory limits."""

    pods: Count = 100
    """Number of pods."""

    storage: StorageSize = "500Gi"
    """Sum of storage requests of all volumes."""

    volumes: Count = 20
    """Number of PersistentVolumeClaims."""

    load_balancers: Count = 0
    """Number of Services of type LoadBalancer. Applications are exposed through the front door."""

    node_ports: Count = 0
    """Number of node ports of Services."""


class ContainerDefaults(Settings):
    """The LimitRange of a namespace: defaults for containers without requests, and maximums."""

    cpu_request: Cpu = "100m"
    """Default CPU request."""

    memory_request: Memory = "128Mi"
    """Default memory request."""

    memory_limit: Memory = "256Mi"
    """Default memory limit."""

    max_cpu: Cpu | None = None
    """Maximum CPU limit of a container, and the default limit of containers without one."""

    max_memory: Memory | None = None
    """Maximum memory limit of a container."""


class Egress(Settings):
    """An address block outside the cluster that pods of a namespace may connect to."""

    cidr: Cidr
    """CIDR block."""

    ports: Annotated[list[Port], Field(min_length=1, max_length=20)]
    """TCP ports."""


class NamespaceTraffic(Settings):
    """The network policies of a namespace. Other connections are refused.

    Always allowed: connections between pods of the namespace, to the cluster's DNS, and to the EKS
    Pod Identity agent.
    """

    from_ingress: bool = True
    """Allow connections from the ingress controller."""

    from_monitoring: bool = True
    """Allow connections from Prometheus, if it is installed, to scrape metrics."""

    from_namespaces: list[Namespace] = []
    """Other namespaces whose pods may connect to these pods."""

    to_namespaces: list[Namespace] = []
    """Other namespaces whose pods these pods may connect to."""

    https: bool = True
    """Allow connections on port 443 to AWS, the Kubernetes API, other networks and the internet.
    Pods and Services of other namespaces are not among them."""

    egress: Annotated[list[Egress], Field(max_length=50)] = []
    """Other address blocks that pods may connect to, for example of a database."""


class PlainPorts(Settings):
    """Pods in the mesh that accept plain text on some ports."""

    labels: Annotated[dict[LabelKey, LabelValue], Field(min_length=1)]
    """Labels of the pods."""

    ports: Annotated[list[Port], Field(min_length=1, max_length=20)]
    """Container ports. Connections from inside the mesh remain encrypted on these ports."""


class NamespaceMesh(Settings):
    """Service mesh settings of a namespace. They have no effect without `platform.istio`."""

    enabled: bool = True
    """Inject a sidecar into each pod, which encrypts connections to other pods in the mesh."""

    plain_ports: Annotated[dict[ObjectName, PlainPorts], Field(max_length=50)] = {}
    """Pods that clients outside the mesh connect to, such as the ingress controller, Prometheus or
    health checks of a load balancer, by a name of your choice. `traffic` still applies."""


class PodSecurityGroups(Settings):
    """Security groups of some pods: a SecurityGroupPolicy.

    The pods have the security group of the nodes as well, for name resolution, health checks and
    the front door. They run on nodes with a trunk interface, and have an address in the private
    subnet of their node. A change applies to new pods.
    """

    labels: dict[LabelKey, LabelValue] = {}
    """Labels of the pods. Default: all pods of the namespace."""

    groups: Annotated[list[SecurityGroupId], Field(min_length=1, max_length=4)]
    """Security groups of the VPC. AWS allows five on an interface, with that of the nodes and
    those of other entries for the same pods."""


class TeamNamespace(Settings):
    """A namespace of a team."""

    pod_security: Literal["privileged", "baseline", "restricted"] = "restricted"
    """Pod Security Standard of its pods."""

    quota: Quota = Quota()
    """The ResourceQuota."""

    container_defaults: ContainerDefaults = ContainerDefaults()
    """The LimitRange."""

    traffic: NamespaceTraffic = NamespaceTraffic()
    """The network policies."""

    mesh: NamespaceMesh = NamespaceMesh()
    """Service mesh settings."""

    security_groups: Annotated[dict[ObjectName, PodSecurityGroups], Field(max_length=20)] = {}
    """Security groups of pods, by a name of your choice, for example so that a database accepts
    connections from these pods only."""

    labels: dict[LabelKey, LabelValue] = {}
    """Additional labels of the namespace."""


class TeamApplications(Settings):
    """Argo CD applications of a team, one for each matching folder."""

    repository: RepositoryUrl
    """Address of the Git repository."""

    folders: RepositoryPath = "apps/*"
    """Pattern of the folders; `*` matches any name. The last folder is the application's name."""

    revision: Annotated[str, Field(min_length=1, max_length=250)] = "HEAD"
    """Branch, tag or commit."""

    namespace: Namespace | None = None
    """Namespace of the applications. Default: the first namespace of the team."""

    cluster: ObjectName | None = None
    """A key of `platform.argo_cd.clusters`. Default: this cluster."""


class Team(Settings):
    """A team, its namespaces, and its applications in Argo CD.

    The Kubernetes groups `<team>-admin`, `<team>-edit` and `<team>-view` have the Kubernetes roles
    `admin`, `edit` and `view` in its namespaces. `groups` of a `cluster.access` entry adds a
    principal to a group.
    """

    namespaces: Annotated[dict[Namespace, TeamNamespace], Field(min_length=1)]
    """Namespaces by name."""

    admin_groups: list[GroupName] = []
    """Additional groups with the role `admin` in its namespaces."""

    edit_groups: list[GroupName] = []
    """Additional groups with the role `edit` in its namespaces."""

    view_groups: list[GroupName] = []
    """Additional groups with the role `view` in its namespaces, which does not include Secrets."""

    argo_cd_admins: list[SsoGroup] = []
    """SSO groups that may synchronize and change its applications in Argo CD."""

    argo_cd_viewers: list[SsoGroup] = []
    """SSO groups that may view its applications in Argo CD."""

    hosts: Annotated[list[TeamHost], Field(max_length=100)] | None = None
    """Host names that its Ingresses, certificates and DNS records may have. `*.` and a domain are
    all names below the domain, `*` is every name. In its namespaces Kubernetes refuses other names
    and those of the platform's own Ingresses (docs/team-hosts.md). Default: `<team>.<domain>` and
    `*.<team>.<domain>`, for each domain of `edge.domain_names` and of `edge.internal.domain_names`,
    as far as it may use that load balancer."""

    load_balancers: Annotated[list[Scheme], Field(min_length=1)] | None = None
    """Load balancers that its Ingresses may use, with a class of theirs: `public`, `internal`, or
    both. Default: all. The names of `edge.internal` are served by the internal one only."""

    issuers: list[ObjectName] | None = None
    """ClusterIssuers that its certificates may name. Default: `internal-ca`, and those of
    `platform.cert_manager.lets_encrypt`."""

    repositories: list[RepositoryUrl] = []
    """Repositories that its applications may use, besides that of `applications`."""

    network_policies: bool = False
    """Allow NetworkPolicies, with kubectl and in its applications. Policies are additive: each
    allows connections in addition to `traffic` of the namespace."""

    allow: Annotated[list[AllowedKind], Field(max_length=100)] = ["default"]
    """Kinds of objects that it may have in its namespaces, with kubectl and in its applications:
    `default` for those of every application, a kind of the core group such as `ConfigMap`, or a
    group and a kind such as `apps/DaemonSet`; `*` stands for all kinds of a group."""

    admission: Literal["enforce", "warn"] = "enforce"
    """Whether Kubernetes and Argo CD refuse what the team may not have. With `warn` kubectl prints
    warnings, the audit log has an annotation, and Argo CD refuses only what would lift the limits
    of a namespace."""

    applications: TeamApplications | None = None
    """Applications that Argo CD creates for the folders of a repository."""

    workloads: Annotated[dict[WorkloadName, TeamWorkload], Field(max_length=100)] = {}
    """AWS permissions of its pods, by a name of your choice."""


def team_groups(name: str, team: Team) -> dict[Role, list[str]]:
    """The groups with each role in a team's namespaces, the generated one first."""
    additional: dict[Role, list[str]] = {
        "admin": team.admin_groups,
        "edit": team.edit_groups,
        "view": team.view_groups,
    }
    return {role: [f"{name}-{role}", *groups] for role, groups in additional.items()}


def bound_groups(cluster_roles: ClusterRoles, teams: Mapping[str, Team]) -> frozenset[str]:
    """All groups with a role, in the cluster or in a namespace."""
    of_teams = [team_groups(name, team).values() for name, team in teams.items()]
    of_cluster = cluster_roles.model_dump().values()
    return frozenset(
        group for roles in (of_cluster, *of_teams) for groups in roles for group in groups
    )

"""The `teams` and `cluster_roles` sections: who has which namespaces, and who may do what there."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from config.sections.cluster_roles import ClusterRoles
from config.settings import Settings
from config.types.aws import Cidr
from config.types.edge import Port
from config.types.git import RepositoryPath, RepositoryUrl, SsoGroup
from config.types.kubernetes import GroupName, LabelKey, LabelValue, Namespace, ObjectName, Quantity

TEAM_LABEL: Final = "team"
"""Label that says whose a namespace is."""


Role = Literal["admin", "edit", "view"]
"""Kubernetes' own roles.
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles"""

Count = Annotated[int, Field(ge=0, le=100_000)]


class Quota(Settings):
    """The most that all pods of a namespace may ask for together."""

    cpu_requests: Quantity = "20"
    """Processors that are asked for."""

    memory_requests: Quantity = "40Gi"
    """Memory that is asked for."""

    memory_limits: Quantity = "80Gi"
    """Memory that may be used."""

    pods: Count = 100
    """Pods."""

    storage: Quantity = "500Gi"
    """Storage that all volumes ask for."""

    volumes: Count = 20
    """Volumes."""

    load_balancers: Count = 0
    """Services of type LoadBalancer. None: applications are reached through the front door."""

    node_ports: Count = 0
    """Ports that Services open on every node."""


class ContainerDefaults(Settings):
    """What a container asks for that does not say, and the most that one may ask for."""

    cpu_request: Quantity = "100m"
    """Processor share."""

    memory_request: Quantity = "128Mi"
    """Memory."""

    memory_limit: Quantity = "256Mi"
    """Memory above which it is killed."""

    max_cpu: Quantity | None = None
    """The most processors that one may have. A container that says no limit then gets this one."""

    max_memory: Quantity | None = None
    """The most memory that one may have."""


class Egress(Settings):
    """Somewhere outside the cluster that the pods of a namespace may call."""

    cidr: Cidr
    """Address block."""

    ports: Annotated[list[Port], Field(min_length=1, max_length=20)]
    """TCP ports."""


class NamespaceTraffic(Settings):
    """What the pods of a namespace may talk to. What is not allowed here is refused.

    Always allowed: one another, the cluster's DNS, and the agent that gives pods their IAM role.
    """

    from_ingress: bool = True
    """Requests from the ingress controller."""

    from_monitoring: bool = True
    """Prometheus, where there is one, which fetches metrics."""

    from_namespaces: list[Namespace] = []
    """Further namespaces whose pods may call these."""

    to_namespaces: list[Namespace] = []
    """Namespaces whose pods they may call."""

    https: bool = True
    """Calls to any address on port 443: AWS, the Kubernetes API, and the internet."""

    egress: Annotated[list[Egress], Field(max_length=50)] = []
    """Further addresses that they may call, such as a database's."""


class PlainPorts(Settings):
    """Pods of the mesh that take requests which are not encrypted, on some of their ports."""

    labels: Annotated[dict[LabelKey, LabelValue], Field(min_length=1)]
    """Labels of the pods."""

    ports: Annotated[list[Port], Field(min_length=1, max_length=20)]
    """Ports of their containers. Requests from inside the mesh are encrypted there as well."""


class NamespaceMesh(Settings):
    """A namespace in the service mesh. Without `platform.istio` it has no effect."""

    enabled: bool = True
    """Give each pod a sidecar, which encrypts what it says to others of the mesh."""

    plain_ports: Annotated[dict[ObjectName, PlainPorts], Field(max_length=50)] = {}
    """By a name of your choice, what others than pods of the mesh call: the ingress controller,
    Prometheus, a load balancer's health checks. The namespace's `traffic` still says who may."""


class TeamNamespace(Settings):
    """A namespace of a team."""

    pod_security: Literal["privileged", "baseline", "restricted"] = "restricted"
    """Pod Security Standard that its pods have to meet."""

    quota: Quota = Quota()
    """The most that all pods together may ask for."""

    container_defaults: ContainerDefaults = ContainerDefaults()
    """What containers ask for that do not say."""

    traffic: NamespaceTraffic = NamespaceTraffic()
    """What its pods may talk to."""

    mesh: NamespaceMesh = NamespaceMesh()
    """Its place in the service mesh, where there is one."""

    labels: dict[LabelKey, LabelValue] = {}
    """Further labels."""


class TeamApplications(Settings):
    """Applications of a team: every folder that matches becomes one, deployed by Argo CD."""

    repository: RepositoryUrl
    """Address of the Git repository."""

    folders: RepositoryPath = "apps/*"
    """Folders, `*` for any name. The application is called after the last part."""

    revision: Annotated[str, Field(min_length=1, max_length=250)] = "HEAD"
    """Branch, tag or commit."""

    namespace: Namespace | None = None
    """Namespace of the team that they run in. Default: its first."""

    cluster: ObjectName | None = None
    """One of `platform.argo_cd.clusters`. Default: this cluster."""


class Team(Settings):
    """A team, its namespaces, and what Argo CD deploys for it.

    The Kubernetes groups `<team>-admin`, `<team>-edit` and `<team>-view` may do in its namespaces
    what Kubernetes' own roles of these names allow. A principal of `cluster.access` belongs to a
    group by naming it under `groups`.
    """

    namespaces: Annotated[dict[Namespace, TeamNamespace], Field(min_length=1)]
    """Its namespaces by name."""

    admin_groups: list[GroupName] = []
    """Further groups that administer its namespaces."""

    edit_groups: list[GroupName] = []
    """Further groups that may change what runs in its namespaces."""

    view_groups: list[GroupName] = []
    """Further groups that may look into its namespaces, secrets aside."""

    argo_cd_admins: list[SsoGroup] = []
    """Groups of single sign-on that may synchronize and change its applications in Argo CD."""

    argo_cd_viewers: list[SsoGroup] = []
    """Groups of single sign-on that may see its applications in Argo CD."""

    repositories: list[RepositoryUrl] = []
    """Repositories that its applications may come from, besides that of `applications`."""

    network_policies: bool = False
    """Let its applications bring NetworkPolicies. Policies add up: each allows more than the
    `traffic` of the namespace does."""

    applications: TeamApplications | None = None
    """What Argo CD deploys for it without being told application by application."""


def team_groups(name: str, team: Team) -> dict[Role, list[str]]:
    """The groups with each role in a team's namespaces: the team's own, then those it names.

    Args:
        name: the team's name.
        team: the team.
    """
    named: dict[Role, list[str]] = {
        "admin": team.admin_groups,
        "edit": team.edit_groups,
        "view": team.view_groups,
    }
    return {role: [f"{name}-{role}", *groups] for role, groups in named.items()}


def bound_groups(cluster_roles: ClusterRoles, teams: Mapping[str, Team]) -> frozenset[str]:
    """All groups that get a role, in the cluster or in a namespace.

    Args:
        cluster_roles: those of the whole cluster.
        teams: the teams by name.
    """
    of_teams = [team_groups(name, team).values() for name, team in teams.items()]
    of_cluster = cluster_roles.model_dump().values()
    return frozenset(
        group for roles in (of_cluster, *of_teams) for groups in roles for group in groups
    )

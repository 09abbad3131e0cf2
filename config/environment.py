"""An environment: the model of one YAML file."""

from dataclasses import dataclass, field, replace
from typing import Annotated, Final

from pydantic import Field, PrivateAttr

from config.addons.ingress import ENDPOINTS, ControllerPorts
from config.platform import Platform
from config.reading.form import Form
from config.sections.backup import Backup
from config.sections.bill import Bill
from config.sections.ci import Ci
from config.sections.ci_roles import PipelineRole
from config.sections.cluster import Cluster
from config.sections.cluster_roles import ClusterRoles
from config.sections.cost import Cost
from config.sections.edge import Edge
from config.sections.fleet import Fleet
from config.sections.guardduty import GuardDuty
from config.sections.identity import Identity
from config.sections.network import Network
from config.sections.regions import RegionSettings
from config.sections.registry import ImageRegistry
from config.sections.replication import Replication
from config.sections.routing import Routing
from config.sections.state import State
from config.sections.teams import Team
from config.sections.workloads import WorkloadName, WorkloadSettings
from config.settings import Settings
from config.types.aws import (
    AccountId,
    EnvironmentName,
    PrincipalArn,
    Region,
    RoleKey,
    TagKey,
    TagValue,
)
from config.types.kubernetes import TeamName
from config.types.regions import PARTITION_OF


@dataclass(frozen=True)
class Siblings:
    """Environments that another one knows; no part of what makes environments equal."""

    environments: "tuple[Environment, ...]" = field(default=(), compare=False, repr=False)


NO_SIBLINGS: Final = Siblings()


class Environment(Settings):
    """One EKS platform in one account and region."""

    extends: Annotated[str, Form("the path of a file, relative to this one")] | None = None
    """A file whose settings this one inherits and may override."""

    name: EnvironmentName
    """Name of the environment, the prefix of every stack and resource name."""

    account: AccountId
    """The AWS account. Terraform refuses to run with credentials of another account."""

    region: Region
    """The AWS region. A file with `regions` has none."""

    regions: dict[Region, RegionSettings] = {}
    """The regions of a platform in several regions. The file then describes an environment for
    each, with its own name and state bucket; commands take the file's name or the environment's."""

    routing: Routing = Routing()
    """Domain names, health checks and certificates of a platform in several regions."""

    replication: Replication = Replication()
    """Copies of data in another region of the platform."""

    fleet: Fleet = Fleet()
    """Clusters that one Argo CD manages."""

    tags: dict[TagKey, TagValue] = {}
    """Tags of every resource."""

    admins: Annotated[list[PrincipalArn], Field(min_length=1)]
    """IAM roles and users that administer the platform: its KMS keys, its Terraform state and its
    cluster. They do not depend on the identity that runs Terraform."""

    identity: Identity = Identity()
    """The names of IAM roles and policies."""

    ci: Ci = Ci()
    """The repository whose pipelines plan and apply the environment."""

    ci_roles: dict[RoleKey, PipelineRole] = {}
    """IAM roles of pipelines by name; in IAM it is `<environment>-ci-<name>`. They belong to the
    state stack, which exists before all others."""

    state: State = State()
    """The Terraform state backend."""

    network: Network = Network()
    """The VPC."""

    edge: Edge = Edge()
    """The load balancer in front of the ingress controller."""

    cluster: Cluster = Cluster()
    """The EKS cluster."""

    platform: Platform = Platform()
    """The add-ons that run in the cluster."""

    backup: Backup = Backup()
    """Backups of the shared file system."""

    cost: Cost = Cost()
    """Budgets and cost anomalies."""

    bill: Bill = Bill()
    """What `make bill` assumes of a month's use."""

    guardduty: GuardDuty = GuardDuty()
    """Threat detection."""

    registry: ImageRegistry = ImageRegistry()
    """Container images."""

    cluster_roles: ClusterRoles = ClusterRoles()
    """Kubernetes groups with a cluster-wide role."""

    teams: dict[TeamName, Team] = {}
    """Teams by name, each with its namespaces."""

    workloads: Annotated[dict[WorkloadName, WorkloadSettings], Field(max_length=200)] = {}
    """AWS permissions of pods that belong to no team, by a name of your choice."""

    _siblings: Siblings = PrivateAttr(default=NO_SIBLINGS)
    _named: Siblings = PrivateAttr(default=NO_SIBLINGS)

    @property
    def siblings(self) -> "tuple[Environment, ...]":
        """The environments of all regions of the platform, this one among them, in their order."""
        return self._siblings.environments or (self,)

    def shares_platform(self, other: "Environment") -> bool:
        """Whether both are regions of one platform, which one file describes."""
        return self is not other and any(each is other for each in self.siblings)

    @property
    def named(self) -> "tuple[Environment, ...]":
        """The environments that `fleet` and `edge` name, whose files are in the same folder."""
        return self._named.environments

    def join(self, siblings: Siblings, named: Siblings = NO_SIBLINGS) -> None:
        """Says which environments the other regions of the platform have, and `fleet` names."""
        self._siblings, self._named = siblings, named

    @property
    def partition(self) -> str:
        """The AWS partition of the region: aws, aws-cn or aws-us-gov."""
        return PARTITION_OF[self.region]

    @property
    def has_boundary(self) -> bool:
        """Whether all roles must have a permissions boundary, because a pipeline makes them."""
        return any(role.access == "apply" for role in self.ci_roles.values())

    @property
    def edge_protected(self) -> bool:
        """Whether the load balancers are protected: by their own setting, else the cluster's."""
        own = self.edge.deletion_protection
        return bool(self.cluster.deletion_protection if own is None else own)

    @property
    def targets(self) -> ControllerPorts:
        """The ports of the pods behind the load balancer: `edge.targets`, else the controller's."""
        endpoint = ENDPOINTS[self.platform.ingress.controller]
        return replace(endpoint, **self.edge.targets.model_dump(exclude_none=True))

    @property
    def cluster_name(self) -> str:
        """Name of the EKS cluster; the discovery tags of the network contain it."""
        return self.cluster.name or self.name

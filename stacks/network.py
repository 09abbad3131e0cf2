"""The network stack: VPC, subnets, internet access, and what outlives the cluster."""

from constructs import Construct

from config.derived import amp, ip_plan, replication
from config.environment import Environment
from config.sections.network_existing import ExistingNetwork
from modules.cluster.capability_roles import capability_roles
from modules.network.database_subnet_group import database_subnet_group
from modules.network.endpoints import interface_endpoints, vpc_endpoints
from modules.network.existing import ExistingVpc
from modules.network.flow_logs import flow_logs
from modules.network.nat import NatGateways
from modules.network.outputs import existing_outputs, network_outputs
from modules.network.routes import RouteTables
from modules.network.subnets import SubnetTier
from modules.network.vpc import Vpc
from modules.storage.backup_bucket import backup_bucket
from modules.storage.backup_replica import backup_replica
from modules.storage.report_bucket import report_bucket
from modules.storage.trace_bucket import trace_bucket
from modules.storage.volume_key import volume_key
from stacks.base import EnvironmentStack


class NetworkStack(EnvironmentStack):
    """The VPC of an environment (A1 to A9, A11), or an existing one (L1), and lasting data (J1).

    Its buckets and keys are here so that backups, snapshots and retained volumes outlive the
    cluster and can be restored into another one, and so that another cluster has the traces and
    the reports.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, "network")
        if environment.network.existing is not None:
            self._use(environment, environment.network.existing)
        else:
            self._make(environment)
        volume_key(self, environment)
        if environment.platform.velero.enabled:
            backup_bucket(self, environment)
        if (other := replication.backup_partner(environment)) is not None:
            backup_replica(self, environment, other)
        if environment.platform.tracing.enabled:
            trace_bucket(self, environment)
        if environment.platform.reports.enabled:
            report_bucket(self, environment)
        capability_roles(self, environment)
        if amp.creates_workspace(environment):
            # Imported here, because other environments do not need its bindings.
            from modules.storage.amp_workspace import amp_workspace  # noqa: PLC0415

            amp_workspace(self, environment)

    def _make(self, environment: Environment) -> None:
        plan = ip_plan.plan(environment.network)
        vpc = Vpc(self, environment)
        tiers: dict[ip_plan.Tier, SubnetTier] = {
            tier: SubnetTier(self, environment, vpc, tier, plan) for tier in ip_plan.TIERS
        }
        nat = NatGateways(self, environment, vpc, tiers["public"])
        routes = RouteTables(self, environment, vpc, nat, tiers)
        vpc_endpoints(self, environment, vpc, tiers["private"], routes)
        flow_logs(self, environment, vpc.id)
        group = database_subnet_group(self, environment, tiers["database"].ids)
        network_outputs(self, environment, vpc, nat, tiers, routes, group)

    def _use(self, environment: Environment, existing: ExistingNetwork) -> None:
        """Checks an existing VPC, and makes in it only what the environment asks for (L1)."""
        plan = ip_plan.plan(environment.network)
        vpc = ExistingVpc(self, environment, existing, plan)
        interface_endpoints(self, environment, vpc.id, vpc.ids(plan, "private"), {})
        flow_logs(self, environment, vpc.id)
        group = None
        if existing.database:
            group = database_subnet_group(self, environment, vpc.ids(plan, "database"))
        existing_outputs(self, vpc, plan, group)

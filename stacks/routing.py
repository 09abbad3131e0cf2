"""The routing stack: where the platform's domain names lead, by the health of its regions."""

from constructs import Construct

from config.derived import routing
from config.environment import Environment
from modules.remote_state import RemoteOutputs
from modules.routing.accelerator import accelerator
from modules.routing.alarms import METRICS_REGION, health_alarms
from modules.routing.health_checks import health_check
from modules.routing.records import Destination, domain_records, region_records, zone_id
from stacks.base import EnvironmentStack


class RoutingStack(EnvironmentStack):
    """Records, health checks and alarms of a platform in several regions (K1)."""

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, "routing")
        edges = {
            routing.code(each): RemoteOutputs(self, each, f"_{routing.code(each)}")
            for each in routing.routed_regions(environment)
        }
        own = environment.region == METRICS_REGION
        # Also where there are no alarms, so that those of another policy can be deleted.
        metrics = None if own else self.aws(METRICS_REGION, alias="metrics")
        if not routing.checks_health(environment):
            arns = {key: edge.get("edge.load_balancer_arn") for key, edge in edges.items()}
            domain_records(self, environment, accelerator(self, environment, arns))
            return
        balancers = {
            key: Destination(
                edge.get("edge.load_balancer_dns_name"), edge.get("edge.load_balancer_zone_id")
            )
            for key, edge in edges.items()
        }
        checks = {
            routing.code(each): health_check(self, each)
            for each in routing.routed_regions(environment)
        }
        records = region_records(self, environment, balancers, checks)
        routed = Destination(routing.routed_name(environment), zone_id(environment))
        domain_records(self, environment, routed, after=records)
        health_alarms(self, environment, checks, metrics)

"""The edge stack: the load balancers in front of the ingress controllers."""

from cdktf_cdktf_provider_aws.lb import Lb
from constructs import Construct

from config.derived import shared_edge
from config.derived.front_doors import FrontDoor, front_doors
from config.environment import Environment
from modules.edge.access_logs import access_log_bucket
from modules.edge.alias_records import alias_records, internal_alias_records, private_zone_id
from modules.edge.certificate import certificate_arn
from modules.edge.inspection import inspection
from modules.edge.listeners import listeners
from modules.edge.load_balancer import load_balancer
from modules.edge.outputs import edge_outputs
from modules.edge.security_group import LoadBalancerSecurityGroup
from modules.edge.target_groups import TargetGroups
from modules.network.remote import RemoteNetwork
from modules.storage.bucket import HardenedBucket
from stacks.base import EnvironmentStack


class EdgeStack(EnvironmentStack):
    """The front doors of an environment (A10, C9, F2, F4, F9, F10, J1, L3).

    It does not depend on the cluster: names, certificates and addresses stay when the cluster is
    replaced. Without a load balancer, or with that of `edge.owner`, the stack is empty, so that an
    apply removes its resources.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, "edge")
        doors = front_doors(environment)
        if not doors or environment.edge.owner is not None:
            return
        network = RemoteNetwork(self, environment)
        logs = access_log_bucket(self, environment)
        for door in doors:
            self._front_door(door, network, logs if door.writes_access_logs else None)

    def _front_door(
        self, door: FrontDoor, network: RemoteNetwork, logs: HardenedBucket | None
    ) -> None:
        environment = door.environment
        group = LoadBalancerSecurityGroup(self, door, network.vpc_id)
        targets = TargetGroups(self, door, network.vpc_id)
        members = {
            each.environment.name: TargetGroups(self, each, network.vpc_id, member=True).arns
            for each in shared_edge.members(door)
        }
        certificate = certificate_arn(self, door)
        balancer = load_balancer(self, door, network, group.id, logs)
        listeners(
            self,
            door,
            load_balancer=balancer,
            target_group_arns={environment.name: targets.arns, **members},
            certificate_arn=certificate,
        )
        zone_id = None
        if door.is_internal:
            zone_id = private_zone_id(self, environment, network)
            if zone_id is not None:
                internal_alias_records(self, door, zone_id, balancer)
        else:
            self._public_only(environment, network, balancer)
        edge_outputs(
            self,
            door,
            load_balancer=balancer,
            security_group_id=group.id,
            target_group_arns=targets.arns,
            certificate_arn=certificate,
            members=members,
            hosted_zone_id=zone_id,
        )

    def _public_only(self, environment: Environment, network: RemoteNetwork, balancer: Lb) -> None:
        edge = environment.edge
        alias_records(self, environment, balancer)
        if edge.waf.enabled:
            # The largest generated module, which takes 50 ms to import.
            from modules.edge.waf import web_acl  # noqa: PLC0415

            web_acl(self, environment, balancer)
        if edge.inspects:
            inspection(self, environment, network)

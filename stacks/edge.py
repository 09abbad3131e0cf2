"""The edge stack: the front door, a load balancer between internet and ingress controller."""

from constructs import Construct

from config.derived import shared_edge
from config.environment import Environment
from modules.edge.alias_records import alias_records
from modules.edge.certificate import certificate_arn
from modules.edge.inspection import inspection
from modules.edge.listeners import listeners
from modules.edge.load_balancer import load_balancer
from modules.edge.outputs import edge_outputs
from modules.edge.security_group import LoadBalancerSecurityGroup
from modules.edge.target_groups import TargetGroups
from modules.network.remote import RemoteNetwork
from stacks.base import EnvironmentStack


class EdgeStack(EnvironmentStack):
    """The front door of an environment (A10, C9, F2, F4, F9, F10, J1).

    It does not depend on the cluster: names, certificate and addresses stay when the cluster is
    replaced. With `edge.enabled: false`, or the load balancer of `edge.owner`,
    the stack is empty, so that an apply removes its resources.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, "edge")
        edge = environment.edge
        if not shared_edge.makes_load_balancer(environment):
            return
        network = RemoteNetwork(self, environment)
        group = LoadBalancerSecurityGroup(self, environment, network.vpc_id)
        targets = TargetGroups(self, environment, network.vpc_id)
        members = {
            each.name: TargetGroups(self, environment, network.vpc_id, each).arns
            for each in shared_edge.members(environment)
        }
        certificate = certificate_arn(self, environment)
        balancer = load_balancer(self, environment, network, group.id)
        listeners(
            self,
            environment,
            load_balancer=balancer,
            target_group_arns={environment.name: targets.arns, **members},
            certificate_arn=certificate,
        )
        alias_records(self, environment, balancer)
        if edge.waf.enabled:
            # The largest generated module, which takes 50 ms to import.
            from modules.edge.waf import web_acl  # noqa: PLC0415

            web_acl(self, environment, balancer)
        if edge.inspects:
            inspection(self, environment, network)
        edge_outputs(
            self,
            load_balancer=balancer,
            security_group_id=group.id,
            target_group_arns=targets.arns,
            certificate_arn=certificate,
            members=members,
        )

"""Security group rules from the load balancer to the nodes."""

from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from config.derived.front_doors import front_doors
from config.environment import Environment
from modules.remote_state import RemoteOutputs


def node_access(scope: Construct, environment: Environment, outputs: RemoteOutputs) -> None:
    """Allows the load balancers to reach the nodes, on the ports of its targets only (C9).

    The rules are in the platform stack, where pods are registered with the target groups. So edge
    and cluster do not depend on each other and can be replaced separately.
    """
    for door in front_doors(environment):
        group = door.prefixed("load_balancer_security_group_id")
        for port in door.target_ports:
            VpcSecurityGroupIngressRule(
                scope,
                f"node_from_{door.prefixed('load_balancer')}_{port}",
                security_group_id=outputs.get("cluster.node_security_group_id"),
                referenced_security_group_id=outputs.get(f"edge.{group}"),
                description="Load balancer targets and their health checks",
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
            )

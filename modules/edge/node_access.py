"""The rules by which the load balancer reaches the pods behind it."""

from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from config.environment import Environment
from modules.remote_state import RemoteOutputs


def node_access(scope: Construct, environment: Environment, outputs: RemoteOutputs) -> None:
    """Lets the load balancer's security group in to the nodes, on the targets' ports alone (C9).

    It belongs to the platform stack, where pods join the target groups: so edge and cluster need
    nothing of each other, and either comes and goes without the other.
    """
    for port in environment.target_ports if environment.edge.enabled else ():
        VpcSecurityGroupIngressRule(
            scope,
            f"node_from_load_balancer_{port}",
            security_group_id=outputs.get("cluster.node_security_group_id"),
            referenced_security_group_id=outputs.get("edge.load_balancer_security_group_id"),
            description="Load balancer targets and their health checks",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
        )

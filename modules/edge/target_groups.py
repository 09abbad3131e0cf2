"""The target groups that the ingress controller's pods join."""

from typing import Final

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup, LbTargetGroupHealthCheck
from constructs import Construct

from config.derived import edge_names
from config.environment import Environment
from config.sections.edge import Edge, TargetGroup

HEALTH_CHECK_SECONDS: Final = 10
"""With two checks to a verdict, a pod that dies gets no request after 20 seconds."""


class TargetGroups:
    """One group for plain HTTP, and one for HTTPS where the platform speaks it (rows F2, F4).

    The groups are empty: pods join them in the cluster, through TargetGroupBindings.

    Attributes:
        arns: the groups' ARNs by key.
    """

    def __init__(self, scope: Construct, environment: Environment, vpc_id: str) -> None:
        self._scope, self._environment, self._vpc_id = scope, environment, vpc_id
        self.arns: dict[TargetGroup, str] = {
            key: self._group(key) for key in environment.edge.target_groups
        }

    def _group(self, key: TargetGroup) -> str:
        edge = self._environment.edge
        targets = self._environment.targets
        port = targets.http_port if key == "http" else targets.https_port
        protocol = target_protocol(edge, key)
        is_nlb = edge.load_balancer == "nlb"
        return LbTargetGroup(
            self._scope,
            f"{key}_targets",
            name=edge_names.target_group(self._environment, key, protocol, port),
            vpc_id=self._vpc_id,
            target_type="ip",
            protocol=protocol,
            port=port,
            deregistration_delay=str(edge.deregistration_delay_seconds),
            # The pods see the user's address; the nodes' rules name the load balancer's group,
            # which holds for preserved addresses too.
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
            preserve_client_ip="true" if is_nlb else None,
            health_check=LbTargetGroupHealthCheck(
                enabled=True,
                protocol="HTTP",
                port=str(targets.health_check_port),
                path=targets.health_check_path,
                matcher="200",
                interval=HEALTH_CHECK_SECONDS,
                timeout=HEALTH_CHECK_SECONDS // 2,
                healthy_threshold=2,
                unhealthy_threshold=2,
            ),
            # A listener may point at the group: its successor comes first.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        ).arn


def target_protocol(edge: Edge, key: TargetGroup) -> str:
    """The protocol between load balancer and targets.

    A TLS connection that the load balancer terminates goes on as a new one, so that nothing
    crosses the network in the clear. AWS speaks TLS 1.3 there when the listener's policy does, and
    checks no certificate: any that the pods have will do.

    Returns:
        HTTP or HTTPS for an Application Load Balancer, TCP or TLS for a Network Load Balancer.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """
    if edge.load_balancer == "alb":
        return key.upper()
    return "TLS" if key == "https" and edge.tls == "terminated" else "TCP"

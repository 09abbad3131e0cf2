"""The target groups of the ingress controller's pods."""

from typing import Final

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup, LbTargetGroupHealthCheck
from constructs import Construct

from config.derived import edge_names, shared_edge
from config.environment import Environment
from config.sections.edge import Edge, TargetGroup

HEALTH_CHECK_SECONDS: Final = 10
"""Two failed checks make a target unhealthy, so that a dead pod gets no requests after 20 seconds.
"""


class TargetGroups:
    """One group for HTTP, and one for HTTPS where the platform serves it (F2, F4).

    Pods are registered from inside the cluster, through TargetGroupBindings.

    Attributes:
        arns: the groups' ARNs by key.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        vpc_id: str,
        member: Environment | None = None,
    ) -> None:
        """Makes the groups.

        Args:
            environment: the owner of the load balancer.
            member: another environment behind it, whose pods join; None for the owner's pods.
        """
        self._scope, self._environment, self._vpc_id = scope, environment, vpc_id
        self._served = environment if member is None else member
        self._prefix = "" if member is None else f"{member.name.replace('-', '_')}_"
        self.arns: dict[TargetGroup, str] = {
            key: self._group(key) for key in environment.edge.target_groups
        }

    def _group(self, key: TargetGroup) -> str:
        edge = self._environment.edge
        targets = self._served.targets
        port = targets.http_port if key == "http" else targets.https_port
        protocol = target_protocol(edge, key)
        is_nlb = edge.load_balancer == "nlb"
        return LbTargetGroup(
            self._scope,
            f"{self._prefix}{key}_targets",
            name=edge_names.target_group(self._served, key, protocol, port),
            vpc_id=self._vpc_id,
            target_type="ip",
            protocol=protocol,
            port=port,
            deregistration_delay=str(edge.deregistration_delay_seconds),
            # The pods see the user's address. The nodes' rules name the load balancer's group,
            # which also matches preserved addresses.
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
            tags={shared_edge.SERVES_TAG: self._served.name} if self._prefix else None,
            # A listener may use the group, so that its replacement must exist first.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        ).arn


def target_protocol(edge: Edge, key: TargetGroup) -> str:
    """The protocol between the load balancer and its targets.

    Where the load balancer terminates TLS, it opens a new TLS connection to the target, so that no
    traffic is unencrypted. It uses TLS 1.3 if the listener's policy does, and does not verify the
    target's certificate.

    Returns:
        HTTP or HTTPS for an Application Load Balancer, TCP or TLS for a Network Load Balancer.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """
    if edge.load_balancer == "alb":
        return key.upper()
    return "TLS" if key == "https" and edge.tls == "terminated" else "TCP"

"""The target groups of the ingress controller's pods."""

from typing import Final

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup, LbTargetGroupHealthCheck
from constructs import Construct

from config.derived import edge_names, shared_edge
from config.derived.front_doors import FrontDoor
from config.sections.edge_load_balancers import TargetGroup

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
        self, scope: Construct, door: FrontDoor, vpc_id: str, *, member: bool = False
    ) -> None:
        """Makes the groups.

        Args:
            door: the load balancer, as the environment has it whose pods join.
            member: whether the environment is behind the load balancer of another one.
        """
        self._scope, self._door, self._vpc_id = scope, door, vpc_id
        self._member = door.environment.name if member else None
        self.arns: dict[TargetGroup, str] = {
            key: self._group(key) for key in door.settings.target_groups
        }

    def _group(self, key: TargetGroup) -> str:
        door, targets = self._door, self._door.environment.targets
        port = targets.http_port if key == "http" else targets.https_port
        protocol = target_protocol(door, key)
        return LbTargetGroup(
            self._scope,
            self._id(key),
            name=edge_names.target_group(door, key, protocol, port),
            vpc_id=self._vpc_id,
            target_type="ip",
            protocol=protocol,
            port=port,
            deregistration_delay=str(door.environment.edge.deregistration_delay_seconds),
            # The pods see the user's address. The nodes' rules name the load balancer's group,
            # which also matches preserved addresses.
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
            preserve_client_ip=None if door.is_alb else "true",
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
            tags=self._tags() or None,
            # A listener may use the group, so that its replacement must exist first.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        ).arn

    def _tags(self) -> dict[str, str]:
        tags: dict[str, str] = {}
        if self._member is not None:
            tags[shared_edge.SERVES_TAG] = self._member
        if self._door.environment.cluster.auto_mode:
            # By this tag the cluster's role of EKS Auto Mode may change the group's attributes.
            tags["eks:eks-cluster-name"] = self._door.environment.cluster_name
        return tags

    def _id(self, key: TargetGroup) -> str:
        if self._member is not None:
            return f"{self._member.replace('-', '_')}_{key}_targets"
        return self._door.prefixed(f"{key}_targets")


def target_protocol(door: FrontDoor, key: TargetGroup) -> str:
    """The protocol between the load balancer and its targets.

    Where the load balancer terminates TLS, it opens a new TLS connection to the target, so that no
    traffic is unencrypted. It uses TLS 1.3 if the listener's policy does, and does not verify the
    target's certificate.

    Returns:
        HTTP or HTTPS for an Application Load Balancer, TCP or TLS for a Network Load Balancer.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """
    if door.is_alb:
        return key.upper()
    return "TLS" if key == "https" and door.settings.tls == "terminated" else "TCP"

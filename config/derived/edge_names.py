"""Names of the edge stack's resources, within the lengths that AWS allows."""

from config.derived.front_doors import FrontDoor
from config.derived.limits import (
    LOAD_BALANCER_NAME,
    SECURITY_GROUP_NAME,
    TARGET_GROUP_NAME,
    shorten,
)
from config.environment import Environment
from config.sections.edge_load_balancers import TargetGroup


def load_balancer(door: FrontDoor) -> str:
    """Name of a load balancer."""
    return shorten(f"{door.environment.name}-edge{_suffix(door)}", LOAD_BALANCER_NAME)


def security_group(door: FrontDoor) -> str:
    """Name of a load balancer's security group."""
    return shorten(f"{door.environment.name}-edge{_suffix(door)}", SECURITY_GROUP_NAME)


def target_group(door: FrontDoor, key: TargetGroup, protocol: str, port: int) -> str:
    """Name of a target group.

    It contains the arguments that cannot change in place, so that a replacement has another name
    and can be created before the listeners leave the old group.

    Args:
        protocol: protocol between load balancer and targets, for example HTTPS.
    """
    kind = f"{key}{_suffix(door)}-{protocol.lower()}-{port}"
    return shorten(f"{door.environment.name}-{kind}", TARGET_GROUP_NAME)


def gateway_load_balancer(environment: Environment) -> str:
    """Name of the Gateway Load Balancer."""
    return shorten(f"{environment.name}-inspection", LOAD_BALANCER_NAME)


def appliance_target_group(environment: Environment) -> str:
    """Name of the appliances' target group, with the argument that cannot change in place."""
    target_type = environment.edge.inspection.target_type
    return shorten(f"{environment.name}-inspection-{target_type}", TARGET_GROUP_NAME)


def access_log_bucket(environment: Environment) -> str:
    """Name of the bucket with the load balancer's access log; 60 characters at most."""
    return f"{environment.name}-edge-logs-{environment.account}-{environment.region}"


def firewall_log_group(environment: Environment) -> str:
    """Name of the firewall's log group; AWS WAF requires the prefix.

    https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    """
    return f"aws-waf-logs-{environment.name}-edge"


def _suffix(door: FrontDoor) -> str:
    return "-internal" if door.is_internal else ""

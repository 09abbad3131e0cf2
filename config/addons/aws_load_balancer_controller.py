"""`platform.aws_load_balancer_controller`."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings


class AwsLoadBalancerControllerSettings(AddonSettings):
    """The AWS Load Balancer Controller, which registers pods with load balancers."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Number of replicas; one is the leader, the others are on standby."""

    ingresses: bool = False
    """Also serve Ingresses of the class `alb`, each with its own load balancer. Users who may
    create an Ingress can then create a load balancer on the internet that bypasses the front door
    and WAF."""

    load_balancers: bool | None = None
    """Give it permissions to make load balancers, for Services of type LoadBalancer and Ingresses.
    Otherwise it may only register pods with the front door's target groups. Default: where
    `ingresses` is true, or the quota of a team's namespace has load balancers."""

"""`platform.aws_load_balancer_controller`."""

from typing import Annotated

from pydantic import Field

from config.addon_settings import AddonSettings


class AwsLoadBalancerControllerSettings(AddonSettings):
    """The AWS Load Balancer Controller."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Replicas; one works, the others wait."""

    ingresses: bool = False
    """Also serve Ingresses of the class `alb`, each with a load balancer of its own. Whoever may
    make an Ingress then opens one to the internet, past the front door and its firewall."""

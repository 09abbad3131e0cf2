"""A change that no setting says: the load balancer keeps the host header of the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extension_api import Environment, change

if TYPE_CHECKING:
    from extension_api import EnvironmentStack


def has_load_balancer(environment: Environment) -> bool:
    """Whether an environment has an Application Load Balancer."""
    return environment.edge.enabled and environment.edge.load_balancer == "alb"


@change("edge", when=has_load_balancer)
def keep_the_host_header(stack: EnvironmentStack) -> None:
    """Applications behind the ingress controller compare it with their own names."""
    from extension_api import resource  # noqa: PLC0415

    resource(stack, "aws_lb.load_balancer").add_override("preserve_host_header", value=True)

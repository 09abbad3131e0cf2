"""Rules of the service mesh's gateway."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Problem
from rules.edge.load_balancer import host_is_served
from rules.registration import rule

GATEWAY: Final = ("platform", "istio_gateway")


@rule("edge", "platform")
def gateway_is_part_of_a_mesh(environment: Environment) -> Iterator[Problem]:
    """A gateway requires a mesh, and its hosts are names of the front door."""
    gateway = environment.platform.istio_gateway
    if gateway.enabled and not environment.platform.istio.enabled:
        message = "needs a mesh, and platform.istio.enabled is false"
        yield Problem((*GATEWAY, "enabled"), message, True, "false")
    for number, host in enumerate(gateway.hosts):
        path, scheme = (*GATEWAY, "hosts", number), gateway.load_balancer
        yield from host_is_served(environment, path, host, scheme, has_login=False)


@rule("platform")
def replicas_of_the_gateway_are_ordered(environment: Environment) -> Iterator[Problem]:
    """The maximum of replicas is not below the minimum."""
    settings = environment.platform.istio_gateway
    if settings.max_replicas < settings.replicas:
        message = f"is less than replicas, {settings.replicas}"
        yield Problem((*GATEWAY, "max_replicas"), message, settings.max_replicas)

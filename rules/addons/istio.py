"""Rules of the service mesh."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Problem
from rules.registration import rule
from rules.teams.teams import team_namespaces

ISTIO: Final = ("platform", "istio")


@rule("platform", "teams")
def mesh_allows_requests(environment: Environment) -> Iterator[Problem]:
    """The ingress controller has no sidecar: pods with STRICT mutual TLS refuse its requests.

    With a gateway, requests can pass through it.
    """
    istio = environment.platform.istio
    if not istio.enabled or istio.mtls != "STRICT" or environment.platform.istio_gateway.enabled:
        return
    for path, namespace in team_namespaces(environment):
        mesh = namespace.mesh
        if mesh.enabled and namespace.traffic.from_ingress and not mesh.plain_ports:
            message = (
                "is empty, so that the mesh refuses every request of the ingress controller, "
                "which traffic.from_ingress allows"
            )
            allowed = (
                "pods and ports that take them, traffic.from_ingress: false, "
                "or platform.istio_gateway.enabled: true"
            )
            yield Problem((*path, "mesh", "plain_ports"), message, {}, allowed)


@rule("platform")
def replicas_of_the_mesh_are_ordered(environment: Environment) -> Iterator[Problem]:
    """The maximum of replicas is not below the minimum."""
    settings = environment.platform.istio
    if settings.max_replicas < settings.replicas:
        message = f"is less than replicas, {settings.replicas}"
        yield Problem((*ISTIO, "max_replicas"), message, settings.max_replicas)

"""Rules of the service mesh."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from config.sections.teams import TeamNamespace
from rules.edge import host_is_served

ISTIO: Final = ("platform", "istio")
GATEWAY: Final = ("platform", "istio_gateway")
INJECTION_LABEL: Final = "istio-injection"


def mesh_settings_have_effect(environment: Environment) -> Iterator[Problem]:
    """Plain ports are those of pods with sidecars, and one setting decides about these."""
    for path, namespace in _namespaces(environment):
        if INJECTION_LABEL in namespace.labels:
            value = namespace.labels[INJECTION_LABEL]
            yield Problem((*path, "labels", INJECTION_LABEL), "is set by mesh.enabled", value)
        if not namespace.mesh.plain_ports:
            continue
        if not environment.platform.istio.enabled:
            message = "has no effect while platform.istio.enabled is false"
            yield Problem((*path, "mesh", "plain_ports"), message)
        elif not namespace.mesh.enabled:
            message = "has no effect: without sidecars all ports take requests in the clear"
            yield Problem((*path, "mesh", "plain_ports"), message)


def mesh_lets_requests_in(environment: Environment) -> Iterator[Problem]:
    """The ingress controller has no sidecar: pods with STRICT ones refuse its requests.

    With a gateway they can come through it.
    """
    istio = environment.platform.istio
    if not istio.enabled or istio.mtls != "STRICT" or environment.platform.istio_gateway.enabled:
        return
    for path, namespace in _namespaces(environment):
        mesh = namespace.mesh
        if mesh.enabled and namespace.traffic.from_ingress and not mesh.plain_ports:
            message = (
                "is empty, so that the mesh refuses every request of the ingress controller, "
                "which traffic.from_ingress lets in"
            )
            allowed = (
                "pods and ports that take them, traffic.from_ingress: false, "
                "or platform.istio_gateway.enabled: true"
            )
            yield Problem((*path, "mesh", "plain_ports"), message, {}, allowed)


def gateway_is_part_of_a_mesh(environment: Environment) -> Iterator[Problem]:
    """There is no gateway without a mesh, and no name without a gateway and a front door."""
    gateway = environment.platform.istio_gateway
    if gateway.enabled and not environment.platform.istio.enabled:
        message = "has no mesh to lead into while platform.istio.enabled is false"
        yield Problem((*GATEWAY, "enabled"), message, True, "false")
    for number, host in enumerate(gateway.hosts):
        path = (*GATEWAY, "hosts", number)
        if gateway.enabled:
            yield from host_is_served(environment, path, host)
        else:
            message = "has no effect while platform.istio_gateway.enabled is false"
            yield Problem(path, message, host)


def replicas_of_the_mesh_are_ordered(environment: Environment) -> Iterator[Problem]:
    """There are not fewer replicas at most than at least."""
    platform = environment.platform
    for path, settings in ((ISTIO, platform.istio), (GATEWAY, platform.istio_gateway)):
        if settings.max_replicas < settings.replicas:
            message = f"is less than replicas, {settings.replicas}"
            yield Problem((*path, "max_replicas"), message, settings.max_replicas)


def _namespaces(environment: Environment) -> Iterator[tuple[Path, TeamNamespace]]:
    for team, settings in environment.teams.items():
        for name, namespace in settings.namespaces.items():
            yield ("teams", team, "namespaces", name), namespace

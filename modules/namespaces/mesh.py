"""Namespaces of teams in the service mesh: label, traffic, exceptions from mutual TLS."""

from collections.abc import Mapping, Sequence
from typing import Final

from cdktf_cdktf_provider_helm.release import Release
from cdktf_cdktf_provider_kubernetes.namespace_v1 import NamespaceV1
from constructs import Construct

from config.environment import Environment
from config.sections.teams import TeamNamespace
from modules.addons.istio.addon import ADDON, istio_on
from modules.addons.istio.resources import exceptions
from modules.namespaces.team_objects import team_objects

INJECTION_LABEL: Final = "istio-injection"
"""https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/"""

RELEASE: Final = "mesh-exceptions"


def in_mesh(environment: Environment, settings: TeamNamespace) -> bool:
    """Whether pods of a namespace get sidecars."""
    return istio_on(environment) and settings.mesh.enabled


def mesh_labels(environment: Environment, settings: TeamNamespace) -> dict[str, str]:
    """The label of namespaces whose pods get sidecars."""
    return {INJECTION_LABEL: "enabled"} if in_mesh(environment, settings) else {}


def control_plane_namespace(environment: Environment) -> str:
    """The namespace of istiod."""
    return ADDON.namespace_in(environment)


def mesh_exceptions(
    scope: Construct,
    environment: Environment,
    chart: str,
    namespaces: Mapping[str, NamespaceV1],
    depends_on: Sequence[Release],
) -> list[str]:
    """Makes the exceptions from mutual TLS: ports that also accept plain requests.

    Returns:
        The address of their release; nothing where there are none.
    """
    objects = list(exceptions(environment))
    return team_objects(
        scope,
        RELEASE,
        control_plane_namespace(environment),
        chart,
        objects,
        namespaces,
        depends_on=depends_on,
    )

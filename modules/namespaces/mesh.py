"""A namespace in the service mesh: its label, its traffic, and what need not be encrypted."""

from collections.abc import Mapping, Sequence
from typing import Final

from cdktf_cdktf_provider_helm.release import Release
from cdktf_cdktf_provider_kubernetes.namespace_v1 import NamespaceV1
from constructs import Construct

from config.environment import Environment
from config.sections.teams import TeamNamespace
from modules.addons.istio.addon import ADDON, istio_on
from modules.addons.istio.resources import exceptions
from modules.helm.helm_release import objects_release, release_id

INJECTION_LABEL: Final = "istio-injection"
"""https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/"""

ISTIOD_PORT: Final = 15012
"""Where sidecars get their certificates and what they have to know.
https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio"""

RELEASE: Final = "mesh-exceptions"


def in_mesh(environment: Environment, settings: TeamNamespace) -> bool:
    """Whether pods of a namespace get sidecars."""
    return istio_on(environment) and settings.mesh.enabled


def mesh_labels(environment: Environment, settings: TeamNamespace) -> dict[str, str]:
    """The label by which Istio knows the namespaces whose pods get sidecars."""
    return {INJECTION_LABEL: "enabled"} if in_mesh(environment, settings) else {}


def control_plane_namespace(environment: Environment) -> str:
    """Where sidecars find the control plane."""
    return ADDON.namespace_in(environment)


def mesh_exceptions(
    scope: Construct,
    environment: Environment,
    chart: str,
    namespaces: Mapping[str, NamespaceV1],
    depends_on: Sequence[Release],
) -> list[str]:
    """Makes the rules of what also takes requests that are not encrypted.

    Args:
        chart: path of our chart of custom resources.

    Returns:
        The address of their release; nothing where there are none.
    """
    objects = list(exceptions(environment))
    if not objects:
        return []
    names = sorted({each["metadata"]["namespace"] for each in objects})
    objects_release(
        scope,
        name=RELEASE,
        namespace=control_plane_namespace(environment),
        chart=chart,
        objects=objects,
        depends_on=[*depends_on, *(namespaces[name] for name in names)],
    )
    return [f"helm_release.{release_id(RELEASE)}"]

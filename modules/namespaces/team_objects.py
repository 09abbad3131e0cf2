"""A release of custom resources in namespaces of teams."""

from collections.abc import Callable, Mapping, Sequence

from cdktf_cdktf_provider_helm.release import Release
from cdktf_cdktf_provider_kubernetes.namespace_v1 import NamespaceV1
from constructs import Construct

from modules.helm.contract import Manifest
from modules.helm.helm_release import objects_release, release_id


def team_objects(
    scope: Construct,
    name: str,
    namespace: str,
    chart: str,
    objects: Sequence[Manifest],
    namespaces: Mapping[str, NamespaceV1],
    *,
    depends_on: Sequence[Release] = (),
    resolve: Callable[[str], str] | None = None,
) -> list[str]:
    """Makes the release after the namespaces that it has objects in.

    Args:
        namespace: where Helm stores the release.
        chart: path of our chart of custom resources.
        resolve: returns the value of a reference in the objects.

    Returns:
        The address of the release; nothing where there are no objects.
    """
    if not objects:
        return []
    names = sorted({each["metadata"]["namespace"] for each in objects})
    objects_release(
        scope,
        name=name,
        namespace=namespace,
        chart=chart,
        objects=objects,
        depends_on=[*depends_on, *(namespaces[each] for each in names)],
        resolve=resolve,
    )
    return [f"helm_release.{release_id(name)}"]

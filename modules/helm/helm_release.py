"""Makes Helm releases, from values and from a list of objects."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NotRequired, TypedDict

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_helm.release import Release
from constructs import Construct

from modules.escaping import escape_templates
from modules.helm.contract import Helm, Manifest
from modules.helm.references import substitute

HISTORY: Final = 5
"""Revisions of a release that Helm keeps, each as a Secret in the cluster."""

OBJECTS: Final = Helm(timeout_seconds=300)
"""Options for objects whose CRDs are installed already."""


class ChartSource(TypedDict):
    """Where Helm finds a chart: its name in a repository and its version, or only its path."""

    chart: str
    repository: NotRequired[str | None]
    version: NotRequired[str | None]


def helm_release(
    scope: Construct,
    *,
    name: str,
    namespace: str,
    chart: str,
    values: str,
    helm: Helm,
    repository: str | None = None,
    version: str | None = None,
    depends_on: Sequence[ITerraformDependable] = (),
    id_: str | None = None,
) -> Release:
    """Makes a release.

    Args:
        id_: the construct id; by default from the name.
        chart: the chart's name in the repository, or its path.
        values: the values as JSON, from `values_json`.
        repository: None for a path, as is `version`.
    """
    return Release(
        scope,
        id_ or release_id(name),
        name=name,
        namespace=namespace,
        repository=repository,
        chart=chart,
        version=version,
        values=[values],
        wait=helm.wait and helm.wait_on_destroy,
        wait_for_jobs=helm.wait,
        atomic=helm.atomic,
        cleanup_on_fail=helm.atomic,
        timeout=helm.timeout_seconds,
        skip_crds=helm.skip_crds,
        take_ownership=True if helm.take_ownership else None,
        max_history=HISTORY,
        depends_on=list(depends_on) or None,
    )


def objects_release(
    scope: Construct,
    *,
    name: str,
    namespace: str,
    chart: str,
    objects: Sequence[Manifest],
    depends_on: Sequence[ITerraformDependable] = (),
    resolve: Callable[[str], str] | None = None,
    helm: Helm = OBJECTS,
) -> Release:
    """Makes a release of objects that belong to no add-on.

    Args:
        namespace: where Helm stores the release.
        chart: path of our chart of custom resources.
        resolve: returns the value of a reference in the objects.
    """
    values = values_json({"resources": list(objects)})
    return helm_release(
        scope,
        name=name,
        namespace=namespace,
        chart=chart,
        values=substitute(values, resolve) if resolve else values,
        helm=helm,
        depends_on=depends_on,
    )


def values_json(values: Mapping[str, Any]) -> str:
    """Values as JSON, which is YAML without ambiguous scalars, escaped for Terraform."""
    return escape_templates(json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False))


def release_id(name: str) -> str:
    """The construct id of a release."""
    return name.replace("-", "_")

"""The charts that a platform installs, in a folder: real ones where they are here, else stand-ins.

A stand-in has the real chart's CRDs, as far as they are here, pods like those that its add-on is
known to have (as many, with the same requests, for the same nodes), and the webhooks that block
requests while these pods are down. It has none of the chart's roles and Services. `make charts`
fetches the real ones.
"""

import json
import os
import re
import shutil
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from config import versions
from modules.helm.releases import CUSTOM_RESOURCES, PlannedRelease
from runner.charts.schema import without_remote_schemas
from tools.standins.applied_releases import chart_file
from tools.standins.chart_files import ChartsMissingError, chart_folder, definitions, documents

VARIABLE: Final = "EKS_PLATFORM_CHART_ARCHIVES"
"""Names the folder that `make charts` fills, `.charts` by default."""

TEMPLATES: Final = Path(__file__).with_name("chart")

CRDS_OF: Final = {"prometheus-operator-crds": "kube-prometheus-stack"}
"""Charts whose CRDs are found with another one, which does not install them itself."""

INSTALLERS: Final = {
    "argoproj.io": "argo-cd",
    "cert-manager.io": "cert-manager",
    "cilium.io": "cilium",
    "elbv2.k8s.aws": "aws-load-balancer-controller",
    "external-secrets.io": "external-secrets",
    "generators.external-secrets.io": "external-secrets",
    "karpenter.k8s.aws": "karpenter-crd",
    "karpenter.sh": "karpenter-crd",
    "monitoring.coreos.com": "prometheus-operator-crds",
    "networking.istio.io": "base",
    "policies.kyverno.io": "kyverno",
    "security.istio.io": "base",
    "telemetry.istio.io": "base",
}
"""The charts that install CRDs, by API group, for CRDs that are in none of the files here."""


class Charts:
    """A folder of charts.

    Attributes:
        folder: where they are.
        real: names of the real ones.
        stand_ins: names of the others.
        open_kinds: kinds whose stand-in CRDs accept any field.
    """

    def __init__(self, folder: Path, ca_bundle: str) -> None:
        """Begins with none.

        Args:
            folder: an empty folder.
            ca_bundle: the certificates of what answers webhooks, as `caBundle` has them.
        """
        self.folder, self._ca_bundle = folder, ca_bundle
        self.real: set[str] = set()
        self.stand_ins: set[str] = set()
        self.open_kinds: set[str] = set()

    def add(self, releases: Mapping[str, PlannedRelease]) -> None:
        """Adds the charts of releases."""
        wanted = _manifests(releases)
        for release in releases.values():
            if release.chart != CUSTOM_RESOURCES and release.version is not None:
                self._add(release, release.version, wanted)

    def add_versions(
        self, releases: Mapping[str, PlannedRelease], stack: Mapping[str, Any]
    ) -> None:
        """Adds the charts of an earlier output's releases, whose versions may be other ones.

        Args:
            releases: the releases of today, by name.
            stack: the earlier output.
        """
        wanted = _manifests(releases)
        for body in stack["resource"]["helm_release"].values():
            release = releases.get(body["name"])
            if release is not None and "version" in body:
                self._add(release, body["version"], wanted)

    def crds_of_eks_addons(self, manifests: Sequence[Mapping[str, Any]]) -> list[Any]:
        """CRDs that no chart installs, because an EKS add-on does."""
        return [crd for crd in self._open_crds(manifests) if crd["spec"]["group"] not in INSTALLERS]

    @property
    def report(self) -> str:
        """What is real and what is not."""
        return "\n".join(
            [
                f"real charts: {', '.join(sorted(self.real)) or 'none'}",
                f"stand-in charts: {', '.join(sorted(self.stand_ins)) or 'none'}",
                f"CRDs that accept any field: {', '.join(sorted(self.open_kinds)) or 'none'}",
            ]
        )

    def _add(
        self, release: PlannedRelease, version: str, wanted: Sequence[Mapping[str, Any]]
    ) -> None:
        name = chart_file(release.chart, version)
        archive = archives_folder() / f"{name}.tgz"
        if archive.is_file():
            # A schema on the internet would make the tests need it.
            content, _ = without_remote_schemas(archive.read_bytes())
            (self.folder / archive.name).write_bytes(content)
            self.real.add(release.chart)
            return
        target = self.folder / name
        if not target.exists():
            shutil.copytree(TEMPLATES, target)
            self._write(target, release, version, wanted)
        _add_workloads(target / "workloads.json", release)
        self.stand_ins.add(release.chart)

    def _write(
        self,
        target: Path,
        release: PlannedRelease,
        version: str,
        wanted: Sequence[Mapping[str, Any]],
    ) -> None:
        metadata = {"apiVersion": "v2", "name": release.chart, "version": version}
        described = metadata | {"description": "STAND-IN: CRDs and pods of the real chart"}
        (target / "Chart.yaml").write_text(yaml.safe_dump(described))
        own = release.name == release.addon.name
        webhooks = {**_webhooks().get(release.chart, {}), "ca_bundle": self._ca_bundle}
        (target / "webhooks.json").write_text(json.dumps(webhooks if own else {}))
        (target / "webhooks.yaml").unlink()
        crds = target / "crds"
        crds.mkdir()
        for number, file in enumerate(_crd_files(release.chart, version)):
            several = [json.dumps(_undescribed(each)) for each in documents(file) if each]
            (crds / f"{number:03}-{file.name}").write_text("\n---\n".join(several))
        for crd in self._open_crds(wanted):
            if INSTALLERS.get(crd["spec"]["group"]) == release.chart:
                (crds / f"{crd['metadata']['name']}.yaml").write_text(yaml.safe_dump(crd))

    def _open_crds(self, manifests: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        known, made = _known_definitions(), set[tuple[str, str]]()
        for manifest in manifests:
            key = (manifest["apiVersion"], manifest["kind"])
            group = key[0].partition("/")[0]
            if key in known or key in made or not _is_custom(group):
                continue
            made.add(key)
            self.open_kinds.add(key[1])
            yield open_crd(*key, namespaced="namespace" in manifest["metadata"])


def _add_workloads(file: Path, release: PlannedRelease) -> None:
    """Adds the pods of a release; those of an add-on are in the release with its name."""
    by_release = json.loads(file.read_text()) if file.exists() else {}
    own = release.name == release.addon.name
    workloads = [asdict(each) for each in release.addon.workloads] if own else []
    for workload in workloads:
        workload["name"] = re.sub(r"[^a-z0-9]+", "-", workload["name"].lower()).strip("-")
    file.write_text(json.dumps(by_release | {release.name: workloads}))


def _manifests(releases: Mapping[str, PlannedRelease]) -> list[Mapping[str, Any]]:
    return [each for release in releases.values() for each in release.manifests]


def archives_folder() -> Path:
    """The folder of the real charts' archives."""
    return Path(os.environ.get(VARIABLE) or Path(__file__).parents[2] / ".charts")


@cache
def _webhooks() -> dict[str, dict[str, Any]]:
    """By chart, the workload that answers, and its webhooks."""
    return yaml.safe_load((TEMPLATES / "webhooks.yaml").read_text())


def _known_definitions() -> Container[tuple[str, str]]:
    """The custom resources whose CRDs are here; none on a machine without charts' files."""
    try:
        return definitions()
    except ChartsMissingError:
        return ()


def _is_custom(group: str) -> bool:
    return "." in group and (not group.endswith(".k8s.io") or group.startswith("snapshot."))


def _undescribed(value: Any) -> Any:
    """A CRD without descriptions, with which some charts exceed what Helm can store."""
    match value:
        case dict():
            return {
                key: _undescribed(inner)
                for key, inner in value.items()
                if key != "description" or not isinstance(inner, str)
            }
        case list():
            return [_undescribed(each) for each in value]
        case _:
            return value


def open_crd(api_version: str, kind: str, *, namespaced: bool) -> dict[str, Any]:
    """A CRD that accepts any field."""
    group, _, version = api_version.partition("/")
    plural = f"{kind.lower().removesuffix('y')}{'ies' if kind.endswith('y') else 's'}"
    plural = plural.replace("sss", "sses")
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{plural}.{group}",
            # Required of the groups of Kubernetes' own projects.
            "annotations": {"api-approved.kubernetes.io": "unapproved, a stand-in"},
        },
        "spec": {
            "group": group,
            "scope": "Namespaced" if namespaced else "Cluster",
            "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": anything},
                }
            ],
        },
    }


def crds_of(chart_name: str, api_version: str, *kinds: str) -> list[dict[str, Any]]:
    """The CRDs of cluster-wide kinds of a chart: real ones where they are here, else open ones."""
    version = versions.table().charts[_key(chart_name)].version
    real = [
        _undescribed(document)
        for file in _crd_files(chart_name, version)
        for document in documents(file)
        if document["spec"]["names"]["kind"] in kinds
    ]
    return real or [open_crd(api_version, kind, namespaced=False) for kind in kinds]


def _crd_files(chart_name: str, version: str) -> list[Path]:
    """The files with the CRDs that a chart installs; none where they are not here."""
    if chart_name in CRDS_OF.values():
        return []
    source = CRDS_OF.get(chart_name)
    try:
        folder = (
            chart_folder(_key(chart_name), version)
            if source is None
            else chart_folder(source, versions.table().charts[source].version)
        )
    except ChartsMissingError:
        return []
    # A folder of this name may also be a sub-chart, whose templates are CRDs.
    files = sorted(folder.glob("**/crds/**/*.yaml"))
    return [file for file in files if "kind: CustomResourceDefinition" in file.read_text()]


def _key(chart_name: str) -> str:
    """The key of a chart in config/versions.yaml."""
    charts = versions.table().charts
    return next(key for key, each in charts.items() if (each.chart or key) == chart_name)

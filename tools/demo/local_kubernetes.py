"""The Kubernetes of this machine, and what the platform stack needs to be applied to it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import bindings
from config.environment import Environment
from tools.demo.platform import RELEASE
from tools.kubernetes import Client, Cluster, start
from tools.standins.applied_releases import chart_path
from tools.standins.cluster_charts import Charts
from tools.standins.kubernetes_objects import KINDS
from tools.standins.standins import PROVIDERS, cluster_variables

_KUBERNETES: Final = "kubernetes_"


@dataclass(frozen=True)
class LocalKubernetes:
    """A running control plane with an environment's nodes, and the charts of its platform.

    Attributes:
        version: of Kubernetes, as the API says it.
        nodes: how many nodes are simulated.
        cluster: the control plane.
        charts: the charts, real ones where they are here.
    """

    version: str
    nodes: int
    cluster: Cluster
    charts: Charts

    @property
    def variables(self) -> dict[str, str]:
        """What the stand-ins for the providers need."""
        return cluster_variables(self.cluster, self.charts.folder)

    def client(self) -> Client:
        """A client of the administrator."""
        return self.cluster.client()


@contextmanager
def local_kubernetes(
    environment: Environment, document: Mapping[str, Any], folder: Path
) -> Iterator[LocalKubernetes]:
    """A control plane for as long as the context lasts, with no other cluster touched.

    Args:
        environment: names the minor, the nodes and the charts.
        document: the Terraform JSON of its platform stack.
        folder: an empty folder for the charts.
    """
    # The modules load Node.js, which the demonstration needs for nothing else.
    bindings.install()
    from modules.addons.catalog import rendered  # noqa: PLC0415
    from tools.kubernetes.nodes import nodes_of  # noqa: PLC0415

    with start(environment.cluster.version, own=True) as cluster:
        client = cluster.client()
        nodes = nodes_of(environment)
        for node in nodes:
            client.create(node)
        charts = Charts(folder, cluster.ca_bundle)
        charts.add(rendered(environment))
        for crd in charts.crds_of_eks_addons(custom_resources(document)):
            client.apply(crd)
        version = client.request("GET", "/version")["gitVersion"]
        yield LocalKubernetes(version, len(nodes), cluster, charts)


def led_here(document: Mapping[str, Any], local: LocalKubernetes) -> dict[str, Any]:
    """The platform stack's JSON, whose providers and charts are those of this machine.

    EKS's endpoint and `aws eks get-token` become the local API and its token; a chart of a
    repository becomes the one in the folder. Everything else stays as it is.

    Args:
        document: the stack's Terraform JSON.
        local: where it is to be applied.
    """
    access = local.cluster.access
    here = {
        "host": access.server,
        "cluster_ca_certificate": Path(access.ca_file).read_text(),
        "token": access.token,
    }
    providers = {**document["provider"], "helm": [{"kubernetes": here}], "kubernetes": [here]}
    releases = {
        name: body if _is_own(body) else _of_folder(body, local.charts)
        for name, body in document["resource"][RELEASE].items()
    }
    resources = {**document["resource"], RELEASE: releases}
    return {**document, "provider": providers, "resource": resources}


def required_providers(document: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration that requires the helm and kubernetes providers of a stack, and no more."""
    required = document["terraform"]["required_providers"]
    return {"terraform": {"required_providers": {name: required[name] for name in PROVIDERS}}}


def custom_resources(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The objects in the releases of this project's own chart."""
    return [
        manifest
        for body in document["resource"][RELEASE].values()
        if _is_own(body)
        for manifest in json.loads(body["values"][0]).get("resources", ())
    ]


def own_objects(document: Mapping[str, Any]) -> Counter[str]:
    """How many objects of each kind are this project's own: resources, and objects in releases."""
    found = Counter(each["kind"] for each in custom_resources(document))
    for type_, bodies in document["resource"].items():
        if type_.startswith(_KUBERNETES):
            found[KINDS[type_].kind] += len(bodies)
    return found


def own_releases(document: Mapping[str, Any]) -> int:
    """How many releases are of this project's own chart."""
    return sum(_is_own(body) for body in document["resource"][RELEASE].values())


def _is_own(body: Mapping[str, Any]) -> bool:
    return body["chart"].startswith(".")


def _of_folder(body: Mapping[str, Any], charts: Charts) -> dict[str, Any]:
    kept = {key: value for key, value in body.items() if key != "repository"}
    return {**kept, "chart": str(chart_path(charts.folder, body["chart"], body["version"]))}

"""A team has dashboards, and nothing else of Grafana."""

from typing import Any

import pytest

from support.members import NAMESPACE, ArgoCd, as_group, object_, refusal
from tools.kubernetes import Client

pytestmark = [
    pytest.mark.kubernetes,
    pytest.mark.parametrize("platform", ["dev"], indirect=True, scope="session"),
    pytest.mark.usefixtures("platform"),
]

FILE = "$__file{/var/run/secrets/kubernetes.io/serviceaccount/token}"
SOURCE = f"datasources: [{{url: 'https://example.com', secureJsonData: {{token: '{FILE}'}}}}]"


def _dashboard(folder: str, **data: str) -> dict[str, Any]:
    annotations = {"grafana_folder": folder} if folder else {}
    metadata = {"labels": {"grafana_dashboard": "1"}, "annotations": annotations}
    return object_("v1", "ConfigMap", metadata=metadata, data=data or {"shop.json": "{}"})


def _source(kind: str, **content: Any) -> dict[str, Any]:
    return object_("v1", kind, metadata={"labels": {"grafana_datasource": "1"}}, **content)


ATTACKS = {
    "a data source": (_source("ConfigMap", data={"datasource.yaml": SOURCE}), "data sources"),
    "one in a Secret": (_source("Secret", stringData={"a.yaml": SOURCE}), "data sources"),
    "another folder": (_dashboard("Platform"), "needs the annotation"),
    "no folder": (_dashboard(""), "needs the annotation"),
    "a path": (_dashboard("/etc/grafana/provisioning/datasources"), "needs the annotation"),
    "a path upwards": (_dashboard(f"{NAMESPACE}/../Platform"), "needs the annotation"),
    "a request": (_dashboard(NAMESPACE, **{"a.url": "http://argocd-server.argocd"}), "request"),
}
"""An object, and a part of the message, by what it would be."""


@pytest.fixture
def client(platform_client: Client) -> Client:
    return platform_client


@pytest.mark.parametrize("name", ATTACKS)
def test_files_of_grafana_are_refused(client: Client, argo_cd: ArgoCd, name: str) -> None:
    attack, message = ATTACKS[name]
    for member in (as_group(client, "edit"), as_group(client, "admin"), argo_cd.api):
        assert message in refusal(member, attack)


def test_dashboards_in_the_folder_of_the_namespace_are_allowed(client: Client) -> None:
    for folder in (NAMESPACE, f"{NAMESPACE}/orders"):
        assert refusal(as_group(client, "edit"), _dashboard(folder)) == ""

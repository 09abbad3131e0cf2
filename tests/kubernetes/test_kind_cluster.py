"""A cluster of kind, to which KUBECONFIG leads, takes the place of our own control plane.

Here it is a control plane of ours without simulated nodes, which says that it is one of kind.
"""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.environments import example
from tools.kubernetes import Client, Cluster, KubernetesError, start
from tools.kubernetes.client import Access
from tools.kubernetes.control_plane import ControlPlane
from tools.kubernetes.nodes import nodes_of
from tools.kubernetes.pods import Pods

pytestmark = pytest.mark.kubernetes

SECONDS = 60
NAMESPACE = "default"


@pytest.fixture
def kind(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Access]:
    # The path of a socket must be short, and that of a test's own folder is not.
    folder = tmp_path_factory.mktemp("kind")
    with Pods(folder) as pods:
        control_plane = ControlPlane(cluster.programs, folder)
        try:
            access = control_plane.start_api("", pods.egress)
            file = _kubeconfig(folder, access)
            control_plane.start_controllers()
            monkeypatch.setenv("KUBECONFIG", str(file))
            yield access
        finally:
            control_plane.stop()


def _kubeconfig(folder: Path, access: Access) -> Path:
    data = base64.b64encode(Path(access.ca_file).read_bytes()).decode()
    reached = {"server": access.server, "certificate-authority-data": data}
    content = {
        "current-context": "kind-kind",
        "contexts": [{"name": "kind-kind", "context": {"cluster": "kind", "user": "kind"}}],
        "clusters": [{"name": "kind", "cluster": reached}],
        "users": [{"name": "kind", "user": {"token": access.token}}],
    }
    file = folder / "kubeconfig"
    file.write_text(yaml.safe_dump(content))
    return file


def _manifest(kind: str, name: str, **fields: Any) -> dict[str, Any]:
    place = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": kind, "metadata": place, **fields}


def test_its_nodes_are_simulated_and_its_webhooks_open(kind: Access) -> None:
    with start() as cluster:
        assert cluster.access.server == kind.server
        client = cluster.client()
        for node in nodes_of(example("dev")):
            client.create(node)
        pod = _manifest("Pod", "plain", spec={"containers": [{"name": "main", "image": "main"}]})
        client.create(pod)
        client.wait_until(
            lambda: (client.live(pod) or {"status": {}})["status"].get("phase") == "Running",
            SECONDS,
            lambda: f"the pod does not run: {client.live(pod)}",
        )
        client.create(
            {
                "apiVersion": "admissionregistration.k8s.io/v1",
                "kind": "ValidatingWebhookConfiguration",
                "metadata": {"name": "closed"},
                "webhooks": [
                    {
                        "name": "closed.example.com",
                        "admissionReviewVersions": ["v1"],
                        "sideEffects": "None",
                        "clientConfig": {"service": {"name": "none", "namespace": NAMESPACE}},
                        "rules": [
                            {
                                "apiGroups": [""],
                                "apiVersions": ["v1"],
                                "resources": ["configmaps"],
                                "operations": ["CREATE"],
                            }
                        ],
                    }
                ],
            }
        )
        config = _manifest("ConfigMap", "open")
        client.wait_until(lambda: _is_created(client, config), SECONDS, lambda: "it is refused")
        assert cluster.kubectl("get", "pod", "plain", "--output=name").stdout == "pod/plain\n"
    # It is not ours to end.
    left = Client(kind)
    assert left.live(pod) is not None
    left.close()


def _is_created(client: Client, manifest: dict[str, Any]) -> bool:
    try:
        client.create(manifest)
    except KubernetesError:
        return False
    return True

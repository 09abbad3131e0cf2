"""An apply that is cut off while Helm waits: what stays behind, and the way out."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modules.addons.catalog import rendered
from runner.binary import binary
from runner.helm_locks import pending_releases
from runner.kubernetes.access import ApiAccess
from runner.kubernetes.api import Kubernetes
from runner.manifest import Stack
from support.environments import environment, example
from support.locking import kill
from support.platform_stack import platform_resources
from tools.kubernetes import Client, Cluster
from tools.kubernetes.nodes import nodes_of
from tools.standins.cluster_charts import Charts
from tools.standins.standins import StandIns, cluster_variables, types_in

pytestmark = pytest.mark.kubernetes

NAMESPACE = "cut-off"
SECONDS = 60
RELEASE, ID = "cert-manager", "cert_manager"
PENDING = {"labelSelector": "owner=helm,status in (pending-install, pending-upgrade)"}


class SmallStack:
    """One release of the platform as a stack of its own, for pods on some nodes."""

    def __init__(self, folder: Path, cluster: Cluster, nodes: list[dict[str, Any]]) -> None:
        self.nodes = nodes
        release = platform_resources()["helm_release"][ID]
        body = {key: value for key, value in release.items() if key not in {"//", "depends_on"}}
        self._stack: dict[str, Any] = {
            "terraform": {"required_providers": {"helm": {"source": "hashicorp/helm"}}},
            "resource": {"helm_release": {ID: {**body, "namespace": NAMESPACE}}},
        }
        for name in ("stack", "mirror", "charts"):
            (folder / name).mkdir()
        self.folder = folder / "stack"
        charts = Charts(folder / "charts", cluster.ca_bundle)
        charts.add({RELEASE: rendered(environment())[RELEASE]})
        standins = StandIns(folder / "mirror", types_in(self._stack))
        self._variables = standins.environment(
            os.environ | cluster_variables(cluster, charts.folder)
        )
        self.write(replicas=1)

    def write(self, replicas: int) -> None:
        """Writes the stack with a number of replicas."""
        body = self._stack["resource"]["helm_release"][ID]
        body["values"] = [json.dumps({**json.loads(body["values"][0]), "replicaCount": replicas})]
        (self.folder / "cdk.tf.json").write_text(json.dumps(self._stack))

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Starts Terraform, which can be killed together with what it starts."""
        return subprocess.Popen(
            [binary(os.environ), *arguments, "-no-color"],
            cwd=self.folder,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def terraform(self, *arguments: str) -> tuple[int, str]:
        """Runs Terraform: its exit code and what it printed."""
        with self.start(*arguments) as process:
            text, _ = process.communicate()
        return process.returncode, text

    def check(self, *arguments: str) -> None:
        """Runs Terraform, which has to succeed."""
        code, text = self.terraform(*arguments)
        assert code == 0, text


@pytest.fixture
def nodes(client: Client) -> Iterator[list[dict[str, Any]]]:
    """Nodes that take no pods yet."""
    made = [
        client.create({**node, "spec": {**node["spec"], "unschedulable": True}})
        for node in nodes_of(example("dev"))
    ]
    named = [{"apiVersion": "v1", "kind": "Node", **node} for node in made]
    yield named
    for node in named:
        client.delete(node, seconds=SECONDS)


@pytest.fixture
def stack(
    cluster: Cluster, client: Client, nodes: list[dict[str, Any]], tmp_path: Path
) -> Iterator[SmallStack]:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    client.create(namespace)
    made = SmallStack(tmp_path, cluster, nodes)
    made.check("init", "-input=false")
    yield made
    made.check("destroy", "-auto-approve", "-input=false")
    client.delete(namespace)


def _pending(client: Client) -> list[dict[str, Any]]:
    return client.objects("v1", "Secret", NAMESPACE, **PENDING)


def _waits(client: Client) -> bool:
    pods = client.objects("v1", "Pod", NAMESPACE)
    return bool(_pending(client)) and any("nodeName" not in pod["spec"] for pod in pods)


def _cut_off(stack: SmallStack, client: Client) -> str:
    """Kills an apply while Helm waits; what the next one says."""
    with stack.start("apply", "-auto-approve", "-input=false") as process:
        try:
            client.wait_until(lambda: _waits(client), SECONDS, lambda: "Helm does not wait")
        finally:
            kill(process)
    code, text = stack.terraform("apply", "-auto-approve", "-input=false")
    assert code == 1, text
    return " ".join(text.replace("│", " ").split())


def _apply_without_lock(stack: SmallStack, client: Client, cluster: Cluster) -> None:
    """Deletes what the runner takes for locked, and applies while there is place for pods."""
    authority = Path(cluster.access.ca_file).read_text()
    access = ApiAccess(NAMESPACE, cluster.access.server, authority)
    api = Kubernetes(access, lambda: cluster.access.token)
    (locked,) = pending_releases(api, Stack(NAMESPACE, stack.folder, ()))
    assert f"{NAMESPACE}/{RELEASE}: revision " in str(locked)
    api.delete(locked.secret)
    for node in stack.nodes:
        client.patch(node, {"spec": {"unschedulable": None}})
    stack.check("apply", "-auto-approve", "-input=false")
    for node in stack.nodes:
        client.patch(node, {"spec": {"unschedulable": True}})


def test_a_release_that_was_cut_off_stays_locked_until_its_pending_record_is_deleted(
    stack: SmallStack, client: Client, cluster: Cluster
) -> None:
    assert "cannot re-use a name that is still in use" in _cut_off(stack, client)
    _apply_without_lock(stack, client, cluster)
    stack.write(replicas=2)
    locked = "another operation (install/upgrade/rollback) is in progress"
    assert locked in _cut_off(stack, client)
    _apply_without_lock(stack, client, cluster)
    code, text = stack.terraform("plan", "-detailed-exitcode", "-input=false")
    assert code == 0, text

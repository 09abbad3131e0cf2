"""What the platform's values make of charts that behave as real ones do where it matters.

The charts in the folder `charts` do so, and get the values that the platform renders.
"""

import json
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from modules.addons.catalog import rendered
from modules.helm.releases import PlannedRelease
from runner.charts.schema import without_remote_schemas
from support.addon_environments import combined
from support.environments import environment
from tools.kubernetes import Client, Cluster
from tools.standins.cluster_charts import Charts

pytestmark = pytest.mark.kubernetes

CHARTS = Path(__file__).with_name("charts")
NAMESPACE = "defects"
SECONDS = 30
HOST = "logs.platform.example.com"
RBAC = "rbac.authorization.k8s.io/v1"
KYVERNO = [f"{name}-controller" for name in ("admission", "background", "cleanup", "reports")]
ROUNDS = 3


@pytest.fixture(scope="module", autouse=True)
def namespace(client: Client) -> Iterator[None]:
    manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    client.create(manifest)
    yield
    client.delete(manifest)


class Helm:
    """Helm in the tests' namespace."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def check(self, *arguments: str, values: Mapping[str, Any] | None = None) -> None:
        """Runs Helm, which has to succeed."""
        further = () if values is None else ("--values=-",)
        done = self._cluster.helm(
            *arguments, *further, f"--namespace={NAMESPACE}", stdin=json.dumps(values)
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture
def helm(cluster: Cluster) -> Helm:
    return Helm(cluster)


def test_no_ingress_is_made_before_the_webhook_that_checks_it_answers(
    cluster: Cluster, client: Client, helm: Helm, tmp_path: Path
) -> None:
    zone = {"id": "Z0123456789ABCDEFGHIJ", "name": "platform.example.com"}
    releases = rendered(
        combined(
            ["ingress-nginx"],
            cluster={"deletion_protection": None},
            edge={"hosted_zone": zone, "domain_names": ["platform.example.com", HOST]},
            platform={"elasticsearch": {"kibana": {"host": HOST}}},
        )
    )
    controller = releases["ingress-nginx"]
    charts = Charts(tmp_path, cluster.ca_bundle)
    charts.add({controller.name: controller})
    (chart,) = tmp_path.iterdir()
    ingresses = {
        name: [each for each in release.manifests if each["kind"] == "Ingress"]
        for name, release in releases.items()
    }
    assert any(ingresses.values())
    # There are no nodes, as on EKS until Karpenter has launched one: no pod answers.
    helm.check("install", "controller", str(chart), values=controller.values)
    try:
        for name, manifests in ingresses.items():
            if controller.name not in _before(name, releases):
                for each in manifests:
                    client.create(
                        {**each, "metadata": {**each["metadata"], "namespace": NAMESPACE}}
                    )
    finally:
        helm.check("uninstall", "controller")


def test_kube_prometheus_stack_is_rolled_back(client: Client, helm: Helm) -> None:
    values = rendered(environment())["kube-prometheus-stack"].values
    persistence = values["grafana"]["persistence"]
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "stack-grafana", "namespace": NAMESPACE},
    }
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "defects"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "capacity": {"storage": persistence["size"]},
            "storageClassName": persistence["storageClassName"],
            "claimRef": {**claim["metadata"], "kind": claim["kind"], "apiVersion": "v1"},
            "csi": {"driver": "ebs.csi.aws.com", "volumeHandle": "vol-defects"},
        },
    }
    client.create(volume)
    chart = str(CHARTS / "grafana")
    try:
        helm.check("install", "stack", chart, values=values)
        client.wait_until(
            lambda: (client.live(claim) or {"status": {}})["status"].get("phase") == "Bound",
            SECONDS,
            lambda: "the claim is not bound",
        )
        helm.check("upgrade", "stack", chart, values=values)
        helm.check("rollback", "stack", "1")
    finally:
        helm.check("uninstall", "stack", "--wait")
        client.delete(volume, seconds=SECONDS)


def test_helm_waits_for_ciliums_agents_on_two_nodes(client: Client, helm: Helm) -> None:
    values = rendered(environment(platform={"cilium": {"enabled": True}}))["cilium"].values
    # Nothing simulates these nodes, so their agents do not start.
    nodes = [
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": f"defects-{number}"}}
        for number in range(2)
    ]
    for each in nodes:
        client.create(each)
    agents = {"apiVersion": "apps/v1", "kind": "DaemonSet"}
    cilium = {**agents, "metadata": {"name": "cilium", "namespace": NAMESPACE}}
    try:
        with pytest.raises(AssertionError, match="context deadline exceeded"):
            helm.check(
                "install",
                "cilium",
                str(CHARTS / "cilium"),
                "--wait",
                "--timeout=10s",
                values=values,
            )
        live = client.live(cilium)
        assert live is not None
        assert live["status"]["desiredNumberScheduled"] == len(nodes)
    finally:
        helm.check("uninstall", "cilium")
        for each in nodes:
            client.delete(each, seconds=SECONDS)


@pytest.fixture
def controller_with_all_rights(client: Client) -> Iterator[None]:
    """The aggregation controller as it is where all controllers share an administrator's account.

    With an account of its own (`--use-service-account-credentials`, as kubeadm sets it) it may
    change ClusterRoles, and not create them.
    """
    binding = {
        "apiVersion": RBAC,
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "defects"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "cluster-admin",
        },
        "subjects": [
            {
                "kind": "ServiceAccount",
                "name": "clusterrole-aggregation-controller",
                "namespace": "kube-system",
            }
        ],
    }
    client.create(binding)
    yield
    client.delete(binding)


def _install_and_uninstall_kyverno(client: Client, helm: Helm) -> None:
    planned = rendered(combined(["full"]))["kyverno"]
    helm.check(*_install(planned), values=planned.values)
    roles = [
        {"apiVersion": RBAC, "kind": "ClusterRole", "metadata": {"name": f"kyverno:{component}"}}
        for component in KYVERNO
    ]

    def are_aggregated() -> bool:
        return all((client.live(role) or {"rules": ["none"]}).get("rules") for role in roles)

    client.wait_until(are_aggregated, SECONDS, lambda: "the roles have no rules")
    try:
        helm.check("uninstall", "kyverno", *_waits(planned))
    finally:
        for role in roles:
            client.delete(role)


def _install(planned: PlannedRelease) -> list[str]:
    takes = ["--take-ownership"] if planned.helm.take_ownership else []
    return ["install", "kyverno", str(CHARTS / "kyverno"), *takes]


def _waits(planned: PlannedRelease) -> list[str]:
    return ["--wait", "--timeout=5s"] if planned.helm.wait_on_destroy else []


def test_kyverno_is_uninstalled(client: Client, helm: Helm) -> None:
    for _ in range(ROUNDS):
        _install_and_uninstall_kyverno(client, helm)


@pytest.mark.usefixtures("controller_with_all_rights")
def test_kyverno_is_uninstalled_also_where_controllers_may_create_roles(
    client: Client, helm: Helm
) -> None:
    # Helm deletes the roles side by side: whether one is made anew is chance, and likely.
    for _ in range(4 * ROUNDS):
        _install_and_uninstall_kyverno(client, helm)


def test_kyverno_is_installed_again_over_a_role_that_was_created_again(
    cluster: Cluster, client: Client, helm: Helm
) -> None:
    planned = rendered(combined(["full"]))["kyverno"]
    install = _install(planned)
    metadata = {"name": "kyverno:reports-controller"}
    again = {"apiVersion": RBAC, "kind": "ClusterRole", "metadata": metadata, "rules": None}
    helm.check(*install, values=planned.values)
    with _created_again(cluster, again):
        helm.check("uninstall", "kyverno", *_waits(planned))
    try:
        helm.check(*install, values=planned.values)
    finally:
        helm.check("uninstall", "kyverno", "--ignore-not-found")
        client.delete(again)


@contextmanager
def _created_again(cluster: Cluster, manifest: dict[str, Any]) -> Iterator[None]:
    """Creates an object as soon as it is missing; whether Kubernetes does so is chance."""
    client, ended = cluster.client(), Event()

    def create() -> None:
        # A client has one connection, so that each thread needs its own.
        own = cluster.client()
        while not ended.wait(0.05):
            if own.live(manifest) is None:
                own.create(manifest)

    thread = Thread(target=create)
    thread.start()
    try:
        yield
        client.wait_until(
            lambda: "managed-by" not in str(client.live(manifest) or "managed-by"),
            SECONDS,
            lambda: f"{manifest['metadata']['name']} is not created again",
        )
    finally:
        ended.set()
        thread.join()


def test_a_fetched_chart_needs_no_schema_from_the_internet(helm: Helm, tmp_path: Path) -> None:
    schema = {"properties": {"volume": {"$ref": "https://schemas.invalid/volume.json"}}}
    folder = tmp_path / "probe"
    folder.mkdir()
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: probe\nversion: 1.0.0\n")
    (folder / "values.schema.json").write_text(json.dumps(schema))
    archive = tmp_path / "probe.tgz"
    with tarfile.open(archive, "w:gz") as made:
        made.add(folder, folder.name)
    with pytest.raises(AssertionError, match=r"schemas\.invalid"):
        helm.check("template", "probe", str(archive))
    archive.write_bytes(without_remote_schemas(archive.read_bytes())[0])
    helm.check("template", "probe", str(archive))


def _before(name: str, releases: Mapping[str, PlannedRelease]) -> set[str]:
    """The releases that are installed before one, directly or not."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = {*releases[waiting.pop()].requires} - found
        found |= new
        waiting += new
    return found

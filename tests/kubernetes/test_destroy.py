"""A destroy and the controllers' objects on a real API: finalizers, CRDs, volumes (M3)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from runner.backend.location import Location
from runner.destroy.drain import drain, remove_claims
from runner.destroy.target import Target
from runner.destroy.waiting import Waits
from runner.kubernetes import kinds
from runner.kubernetes.access import ApiAccess
from runner.kubernetes.api import Kubernetes
from runner.manifest import Stack
from support import leftovers
from support.environments import example
from support.state_objects import REGION
from tools.emulator import LocalAws
from tools.kubernetes import Client, Cluster, KubernetesError
from tools.kubernetes.nodes import nodes_of
from tools.standins.cluster_charts import crds_of

pytestmark = pytest.mark.kubernetes

NAMESPACE = "destroyed"
SECONDS = 60
WAITS = Waits(poll=0.2, load_balancers=SECONDS, grace=SECONDS, machines=0, claims=SECONDS)
CONTROLLERS = ("karpenter", "aws-load-balancer-controller")
CRDS = [
    *crds_of("karpenter-crd", "karpenter.sh/v1", "NodePool", "NodeClaim"),
    *crds_of("karpenter-crd", "karpenter.k8s.aws/v1", "EC2NodeClass"),
]
CLASS_REFERENCE = {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "default"}
TEMPLATE = {"nodeClassRef": CLASS_REFERENCE, "requirements": []}

FINALIZERS = {
    ("v1", "Service"): "service.k8s.aws/resources",
    ("karpenter.sh/v1", "NodeClaim"): "karpenter.sh/termination",
}


def _object(api_version: str, kind: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **fields}


def _inside(manifest: dict[str, Any]) -> dict[str, Any]:
    manifest["metadata"]["namespace"] = NAMESPACE
    return manifest


@pytest.fixture(scope="module", autouse=True)
def surroundings(client: Client) -> Iterator[None]:
    namespace = _object("v1", "Namespace", NAMESPACE)
    client.create(namespace)
    for manifest in CRDS:
        client.create(manifest)
    for crd in CRDS:
        client.wait_until(
            lambda crd=crd: any(
                each["type"] == "Established" and each["status"] == "True"
                for each in (client.live(crd) or {}).get("status", {}).get("conditions") or ()
            ),
            SECONDS,
            lambda: "a CRD is not established",
        )
    yield
    client.delete(namespace, seconds=SECONDS)
    for manifest in CRDS:
        client.delete(manifest, seconds=SECONDS)


@pytest.fixture
def nodes(client: Client) -> Iterator[list[dict[str, Any]]]:
    """Nodes for one test; those of Karpenter may go with it."""
    made = nodes_of(example("dev"))
    for node in made:
        client.create(node)
    yield made
    for node in made:
        client.delete(node, seconds=SECONDS)


@pytest.fixture
def target(worker_aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    worker_aws.reset()
    for name, value in worker_aws.environment.items():
        monkeypatch.setenv(name, value)
    location = Location("dev", "b", "k", REGION, "123456789012", "aws", None, True, {})
    return Target("dev", REGION, Stack("dev-cluster", tmp_path, ()), location, None)


@pytest.fixture
def api(cluster: Cluster) -> Kubernetes:
    access = cluster.access
    authority = Path(access.ca_file).read_text()
    return Kubernetes(ApiAccess("dev", access.server, authority), lambda: access.token)


@pytest.fixture
def machine(worker_aws: LocalAws, client: Client, target: Target) -> str:
    """A pool, its class, a claim that its controller has to end, and the claim's instance."""
    assert target
    pool = _object("karpenter.sh/v1", "NodePool", "default", spec={"template": {"spec": TEMPLATE}})
    claim = _object("karpenter.sh/v1", "NodeClaim", "default-x", spec=TEMPLATE)
    claim["metadata"]["labels"] = {"karpenter.sh/nodepool": "default"}
    claim["metadata"]["finalizers"] = ["karpenter.sh/termination"]
    for manifest in (pool, claim):
        client.create(manifest)
    return leftovers.instance(worker_aws, "dev", leftovers.make_vpc(worker_aws))


def _state(aws: LocalAws, instance: str) -> str:
    described = aws.client("ec2", REGION).describe_instances(InstanceIds=[instance])
    return described["Reservations"][0]["Instances"][0]["State"]["Name"]


def _service(client: Client) -> dict[str, Any]:
    ports = {"type": "LoadBalancer", "ports": [{"port": 80}]}
    service = _inside(_object("v1", "Service", "web", spec=ports))
    service["metadata"]["finalizers"] = [FINALIZERS["v1", "Service"]]
    client.create(service)
    return service


@contextmanager
def _controllers(cluster: Cluster, aws: LocalAws, instance: str) -> Iterator[None]:
    """Deployments with ready pods, and what their controllers do with what is being deleted."""
    client = cluster.client()
    deployments = [_deployment(name) for name in CONTROLLERS]
    for each in deployments:
        client.create(each)
    client.wait_until(
        lambda: all(
            (client.live(each) or {}).get("status", {}).get("readyReplicas") for each in deployments
        ),
        SECONDS,
        lambda: "the controllers do not run",
    )
    ended = threading.Event()

    def play() -> None:
        own = cluster.client()
        while not ended.wait(0.1):
            for (api_version, kind), finalizer in FINALIZERS.items():
                for found in own.objects(api_version, kind):
                    metadata = found["metadata"]
                    if metadata.get("deletionTimestamp") and finalizer in metadata["finalizers"]:
                        if kind == "NodeClaim":
                            aws.client("ec2", REGION).terminate_instances(InstanceIds=[instance])
                        named = {"apiVersion": api_version, "kind": kind, **found}
                        kept = [each for each in metadata["finalizers"] if each != finalizer]
                        own.patch(named, {"metadata": {"finalizers": kept}})

    thread = threading.Thread(target=play, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        for each in deployments:
            client.delete(each, seconds=SECONDS)


def _deployment(name: str) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": name}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "a", "image": "a"}]}}
    spec = {"selector": {"matchLabels": labels}, "template": pod}
    deployment = _inside(_object("apps/v1", "Deployment", name, spec=spec))
    deployment["metadata"]["labels"] = labels
    return deployment


@pytest.mark.usefixtures("nodes")
def test_controllers_end_machines_and_load_balancers(
    cluster: Cluster,
    client: Client,
    api: Kubernetes,
    target: Target,
    machine: str,
    worker_aws: LocalAws,
) -> None:
    service = _service(client)
    said = list[str]()
    with _controllers(cluster, worker_aws, machine):
        drain(target, api, WAITS, said.append)
    assert _state(worker_aws, machine) == "terminated"
    assert client.live(service) is None
    for kind in (kinds.NODE_POOL, kinds.NODE_CLAIM):
        assert api.list(kind) == []
    assert any(line.startswith("Karpenter drains its nodes until") for line in said)


def test_without_controllers_ec2_ends_the_machines_and_nothing_keeps_its_finalizers(
    client: Client,
    api: Kubernetes,
    target: Target,
    machine: str,
    nodes: list[dict[str, Any]],
    worker_aws: LocalAws,
) -> None:
    service = _service(client)
    drain(target, api, WAITS, lambda _: None)
    of_karpenter = [node for node in nodes if "karpenter.sh/nodepool" in str(node["metadata"])]
    assert of_karpenter
    assert all(client.live(node) is None for node in of_karpenter)
    assert client.live(nodes[0])
    assert _state(worker_aws, machine) == "terminated"
    assert client.live(service) is None
    assert api.list(kinds.NODE_CLAIM) == []


def test_a_claims_drain_ends_at_a_time_that_the_api_accepts(
    client: Client, api: Kubernetes, machine: str
) -> None:
    """The specification of a NodeClaim never changes; its annotations may."""
    assert machine
    (claim,) = api.list(kinds.NODE_CLAIM)
    grace = {"spec": {"terminationGracePeriod": "60s"}}
    named = {"apiVersion": "karpenter.sh/v1", "kind": "NodeClaim", **claim.content}
    if "x-kubernetes-preserve-unknown-fields" not in str(CRDS[1]):
        with pytest.raises(KubernetesError, match="immutable"):
            client.patch(named, grace)
    time = {"karpenter.sh/nodeclaim-termination-timestamp": "2026-01-01T00:00:00Z"}
    api.patch(claim, {"metadata": {"annotations": time}})
    (claim,) = api.list(kinds.NODE_CLAIM)
    assert claim.metadata["annotations"] == time
    api.delete(claim)
    api.remove_finalizers(claim)
    for pool in api.list(kinds.NODE_POOL):
        api.delete(pool)


@pytest.mark.usefixtures("nodes")
def test_volumes_go_with_their_claims(client: Client, api: Kubernetes) -> None:
    storage = _object(
        "storage.k8s.io/v1",
        "StorageClass",
        "destroyed",
        provisioner="ebs.csi.aws.com",
        volumeBindingMode="WaitForFirstConsumer",
    )
    spec = {
        "storageClassName": "destroyed",
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
    }
    claim = _inside(_object("v1", "PersistentVolumeClaim", "data", spec=spec))
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    containers = [{"name": "main", "image": "main"}]
    pod = _inside(_object("v1", "Pod", "user", spec={"containers": containers, "volumes": volumes}))
    for manifest in (storage, claim, pod):
        client.create(manifest)
    client.wait_until(
        lambda: (client.live(claim) or {"status": {}})["status"].get("phase") == "Bound",
        SECONDS,
        lambda: "the claim is not bound",
    )
    client.delete(pod, seconds=SECONDS)
    said = list[str]()
    remove_claims(api, WAITS, said.append)
    assert api.list(kinds.VOLUME) == []
    assert client.live(claim) is None
    assert not any("did not delete" in line for line in said)
    client.delete(storage)

"""What a real API server says of an upgrade: APIs in use, and what keeps pods on nodes (M5)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from runner.check.finding import Finding
from runner.upgrade_plan import live
from runner.upgrade_plan.live_api import LiveApi
from runner.upgrade_plan.minors import MinorUpgrade
from support.environments import example
from tools.kubernetes import Client, Cluster
from tools.kubernetes.nodes import nodes_of

pytestmark = pytest.mark.kubernetes

NAMESPACE = "upgraded"
SECONDS = 60
WEB = {"app": "web"}
OLD = "flowcontrol.apiserver.k8s.io/v1beta3"


def _object(api_version: str, kind: str, name: str, **fields: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": NAMESPACE, **fields.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def _deployment(replicas: int, **pod: Any) -> dict[str, Any]:
    template = {
        "metadata": {"labels": WEB, **pod},
        "spec": {"containers": [{"name": "web", "image": "web"}]},
    }
    spec = {"replicas": replicas, "selector": {"matchLabels": WEB}, "template": template}
    return _object("apps/v1", "Deployment", "web", spec=spec)


def _budget(name: str, **spec: Any) -> dict[str, Any]:
    spec = {"selector": {"matchLabels": WEB}, **spec}
    return _object("policy/v1", "PodDisruptionBudget", name, spec=spec)


@pytest.fixture(scope="module", autouse=True)
def surroundings(client: Client) -> Iterator[None]:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    nodes = nodes_of(example("dev"))
    for each in (namespace, *nodes):
        client.create(each)
    yield
    client.delete(namespace, seconds=SECONDS)
    for each in nodes:
        client.delete(each, seconds=SECONDS)


@pytest.fixture
def api(cluster: Cluster) -> LiveApi:
    return LiveApi.of_kubeconfig(str(cluster.kubeconfig))


@pytest.fixture
def upgrade(api: LiveApi) -> MinorUpgrade:
    """The upgrade that has just reached the minor of the API server."""
    target = api.version()
    major, minor = target.split(".")
    return MinorUpgrade("test", f"{major}.{int(minor) - 1}", target, None, configured=True)


@pytest.fixture
def web(client: Client) -> Iterator[dict[str, Any]]:
    """A Deployment with two ready pods that Karpenter may not disrupt."""
    made = _deployment(2, annotations={"karpenter.sh/do-not-disrupt": "true"})
    client.create(made)
    client.wait_until(
        lambda: (client.live(made) or {}).get("status", {}).get("readyReplicas") == 2,
        SECONDS,
        lambda: f"the pods are not ready: {client.live(made)}",
    )
    yield made
    client.delete(made, seconds=SECONDS)


def _found(api: LiveApi, upgrade: MinorUpgrade) -> dict[str, Finding]:
    return {each.subject: each for each in live.findings(api, upgrade)}


def test_the_minor_tells_whether_it_can_be_the_cluster(api: LiveApi, upgrade: MinorUpgrade) -> None:
    assert _found(api, upgrade)[api.server].status == "ok"
    other = MinorUpgrade("test", "1.20", "1.21", None, configured=False)
    row = _found(api, other)[api.server]
    assert (row.status, row.needed) == ("error", "1.20 or 1.21")


def test_budgets_that_let_no_pod_go_are_those_that_refuse_an_eviction(
    cluster: Cluster, client: Client, api: LiveApi, upgrade: MinorUpgrade, web: dict[str, Any]
) -> None:
    budget = _budget("strict", minAvailable=2)
    client.create(budget)
    client.wait_until(
        lambda: (client.live(budget) or {}).get("status", {}).get("expectedPods") == 2,
        SECONDS,
        lambda: f"the budget knows no pods: {client.live(budget)}",
    )
    row = _found(api, upgrade)[f"PodDisruptionBudget {NAMESPACE}/strict"]
    assert row.status == "error"
    assert row.found == "minAvailable: 2 of 2: no pod may be evicted"
    assert "Cannot evict pod" in _eviction(cluster, client)

    client.patch(budget, {"spec": {"minAvailable": 1}})
    client.wait_until(
        lambda: (client.live(budget) or {"status": {}})["status"].get("disruptionsAllowed") == 1,
        SECONDS,
        lambda: f"the budget allows nothing: {client.live(budget)}",
    )
    found = _found(api, upgrade)
    assert f"PodDisruptionBudget {NAMESPACE}/strict" not in found
    pods = found["pods with karpenter.sh/do-not-disrupt"]
    assert pods.found.startswith("2: ")

    second = _budget("second", maxUnavailable=1)
    client.create(second)
    row = _found(api, upgrade)[f"PodDisruptionBudgets second, strict in {NAMESPACE}"]
    assert row.status == "error"
    assert "more than one PodDisruptionBudget" in _eviction(cluster, client)
    for each in (budget, second):
        client.delete(each, seconds=SECONDS)
    assert web


def _eviction(cluster: Cluster, client: Client) -> str:
    """What the API says to the eviction of one of the pods."""
    pod = client.objects("v1", "Pod", NAMESPACE)[0]["metadata"]["name"]
    eviction = _object("policy/v1", "Eviction", pod)
    path = f"/api/v1/namespaces/{NAMESPACE}/pods/{pod}/eviction"
    done = cluster.kubectl("create", "--raw", path, "-f", "-", stdin=json.dumps(eviction))
    return done.stdout + done.stderr


def test_one_replica_is_named(client: Client, api: LiveApi, upgrade: MinorUpgrade) -> None:
    made = _deployment(1)
    client.create(made)
    row = _found(api, upgrade)["Deployments with one replica"]
    assert f"{NAMESPACE}/web" in row.found
    client.delete(made, seconds=SECONDS)


def test_a_manifest_that_was_applied_with_a_removed_api_is_named(
    client: Client, api: LiveApi, upgrade: MinorUpgrade
) -> None:
    """The API server has the object in the version that stays; kubectl recorded the other one."""
    applied = json.dumps({"apiVersion": OLD, "kind": "FlowSchema"})
    schema = {
        "apiVersion": "flowcontrol.apiserver.k8s.io/v1",
        "kind": "FlowSchema",
        "metadata": {
            "name": NAMESPACE,
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": applied},
        },
        "spec": {"priorityLevelConfiguration": {"name": "exempt"}, "matchingPrecedence": 9000},
    }
    client.create(schema)
    row = _found(api, upgrade)[f"FlowSchema {NAMESPACE}"]
    assert row.status == "error"
    assert row.found == f"applied as {OLD}, not served from 1.32 on"
    client.delete(schema, seconds=SECONDS)


def test_requests_for_a_deprecated_api_are_in_the_metric(
    client: Client, api: LiveApi, upgrade: MinorUpgrade
) -> None:
    """The API server counts a request for v1 Endpoints, which it calls deprecated."""
    client.objects("v1", "Endpoints", NAMESPACE)
    row = _found(api, upgrade)["v1 endpoints"]
    assert row.check == "API requests"
    assert row.status == "warning"
    assert "deprecated" in row.found


def test_simulated_nodes_have_no_version_of_a_kubelet(api: LiveApi, upgrade: MinorUpgrade) -> None:
    """They are not taken for nodes that are far behind."""
    found = [each for each in _found(api, upgrade).values() if " nodes with " in each.subject]
    assert [(each.status, each.check) for each in found] == [("not checked", "live nodes")]

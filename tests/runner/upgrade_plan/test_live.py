"""What a live cluster shows: APIs in use, and what keeps pods on their nodes.

tests/kubernetes/test_upgrade_plan.py asks a real API server.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from runner.check.finding import Finding, NotCheckedError
from runner.errors import RunnerError
from runner.upgrade_plan import behaviours, live, live_apis, live_blockers
from runner.upgrade_plan.live_api import LiveApi, Served
from runner.upgrade_plan.live_blockers import LiveObjects, selects
from runner.upgrade_plan.minors import MinorUpgrade

UPGRADE = MinorUpgrade("shop", "1.35", "1.36", None, configured=False)
WEB = {"app": "web"}
CLASS = Served("storage.k8s.io", "v1", "VolumeAttributesClass", "volumeattributesclasses")


class Answers(LiveApi):
    """An API with fixed answers by path."""

    def __init__(self, *, metrics: str | None = None, **objects: list[dict[str, Any]]) -> None:
        self._metrics, self._objects = metrics, objects

    def text(self, path: str, **query: str) -> str | None:
        if path != "/metrics" or query:
            raise AssertionError(path)
        if self._metrics is None:
            raise NotCheckedError("GET /metrics: 403 Forbidden", denied=True)
        return self._metrics

    def served(self) -> list[Served]:
        return [CLASS]

    def objects(self, path: str) -> list[dict[str, Any]]:
        return self._objects.get(path.rpartition("/")[2], [])


def named(name: str, **fields: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "shop", **fields.pop("metadata", {})}
    return {"metadata": metadata, "spec": {}, **fields}


def pod(name: str, **fields: Any) -> dict[str, Any]:
    return named(name, metadata={"labels": WEB, **fields.pop("metadata", {})}, **fields)


def budget(name: str, allowed: int = 1, expected: int = 2, **spec: Any) -> dict[str, Any]:
    status = {"disruptionsAllowed": allowed, "expectedPods": expected, "currentHealthy": 1}
    return named(name, spec={"selector": {"matchLabels": WEB}, **spec}, status=status)


def blocked(*budgets: dict[str, Any], **objects: list[dict[str, Any]]) -> dict[str, Finding]:
    cluster = LiveObjects([*budgets], objects.get("deployments", []), objects.get("pods", []))
    return {each.subject: each for each in live_blockers.find(cluster)}


@pytest.mark.parametrize(
    ("found", "status", "said"),
    [
        (budget("b", maxUnavailable=0), "error", "maxUnavailable: 0: no pod may be evicted"),
        (budget("b", minAvailable=2), "error", "minAvailable: 2 of 2: no pod may be evicted"),
        (budget("b", minAvailable="100%"), "error", "minAvailable: 100%"),
        (budget("b", allowed=0, maxUnavailable=1), "error", "1 of 2 pods are ready"),
        (budget("b", expected=0, maxUnavailable=1), "warning", "selects no pod"),
    ],
)
def test_a_budget_that_lets_no_pod_go_blocks(found: dict[str, Any], status: str, said: str) -> None:
    row = blocked(found)["PodDisruptionBudget shop/b"]
    assert row.status == status
    assert said in row.found


def test_budgets_that_let_a_pod_go_do_not_block() -> None:
    assert blocked(budget("b", maxUnavailable=1), pods=[pod("web")]).keys() == {"pods"}


def test_two_budgets_for_one_pod_block_it() -> None:
    found = blocked(
        budget("one", maxUnavailable=1), budget("two", maxUnavailable=1), pods=[pod("web")]
    )
    row = found["PodDisruptionBudgets one, two in shop"]
    assert (row.status, "shop/web" in row.found) == ("error", True)
    other = budget("two", maxUnavailable=1)
    other["metadata"]["namespace"] = "elsewhere"
    assert blocked(budget("one", maxUnavailable=1), other, pods=[pod("web")]).keys() == {"pods"}


def test_pods_that_may_not_be_disrupted_and_single_replicas_are_named() -> None:
    annotations = {"karpenter.sh/do-not-disrupt": "true"}
    found = blocked(
        pods=[pod("job", metadata={"annotations": annotations}), pod("web")],
        deployments=[named("one", spec={"replicas": 1}), named("two", spec={"replicas": 2})],
    )
    assert found["pods with karpenter.sh/do-not-disrupt"].found == "1: shop/job"
    assert found["Deployments with one replica"].found == "1: shop/one"


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (None, False),
        ({}, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "api"}}, False),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, False),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False),
    ],
)
def test_a_selector_has_the_pods_that_kubernetes_says(selector: Any, expected: bool) -> None:
    assert selects(selector, WEB) == expected


def metric(version: str, resource: str, removed: str, value: int = 1) -> str:
    """A line of the metric, as an API server writes it."""
    group, _, version = version.rpartition("/")
    labels = {
        "group": group,
        "removed_release": removed,
        "resource": resource,
        "subresource": "",
        "version": version,
    }
    text = ",".join(f'{name}="{label}"' for name, label in labels.items())
    return f"apiserver_requested_deprecated_apis{{{text}}} {value}"


METRICS = "\n".join(
    [
        "# HELP apiserver_requested_deprecated_apis [STABLE] Gauge of deprecated APIs",
        metric("resource.k8s.io/v1beta1", "resourceclaims", "1.36"),
        metric("v1", "endpoints", ""),
        metric("old.k8s.io/v1", "olds", "1.35", value=0),
        'apiserver_request_total{code="200"} 5',
    ]
)


def test_requests_for_deprecated_apis_are_read_from_the_metric() -> None:
    found = {each.subject: each for each in live_apis.requested(Answers(metrics=METRICS), "1.36")}
    assert {subject: each.status for subject, each in found.items()} == {
        "resource.k8s.io/v1beta1 resourceclaims": "error",
        "v1 endpoints": "warning",
    }
    early = live_apis.requested(Answers(metrics=METRICS), "1.35")
    assert {each.status for each in early} == {"warning"}
    [denied] = live_apis.requested(Answers(), "1.36")
    assert denied.status == "not checked"


def test_manifests_and_clients_of_removed_apis_are_named() -> None:
    applied = {"apiVersion": "storage.k8s.io/v1alpha1", "kind": "VolumeAttributesClass"}
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(applied)}
    old = {"apiVersion": "storage.k8s.io/v1alpha1", "manager": "old-operator"}
    new = {"apiVersion": "storage.k8s.io/v1", "manager": "new-operator"}
    classes = [
        named("applied", metadata={"annotations": annotations, "managedFields": [new]}),
        named("written", metadata={"managedFields": [old, new]}),
        named("fine", metadata={"managedFields": [new]}),
    ]
    rows = live_apis.written(Answers(volumeattributesclasses=classes), "1.36")
    found = {each.subject: each for each in rows}
    assert {subject: each.status for subject, each in found.items()} == {
        "VolumeAttributesClass shop/applied": "error",
        "VolumeAttributesClass shop/written": "warning",
    }
    assert "by old-operator" in found["VolumeAttributesClass shop/written"].found


def node(name: str, kubelet: str, **info: str) -> dict[str, Any]:
    return {"metadata": {"name": name}, "status": {"nodeInfo": {"kubeletVersion": kubelet, **info}}}


def test_changes_of_behaviour_are_named_where_they_break_something() -> None:
    nodes = [
        node("old", "v1.32.1", containerRuntimeVersion="containerd://1.7.2"),
        node("new", "v1.35.7", containerRuntimeVersion="containerd://2.1.0"),
    ]
    services = [named("web", spec={"externalIPs": ["192.0.2.1"]}), named("api")]
    cloned = pod("cloned", spec={"volumes": [{"name": "code", "gitRepo": {}}]})
    api = Answers(nodes=nodes, services=services)
    found = {each.subject: each.status for each in behaviours.find(api, [cloned], UPGRADE)}
    assert found == {
        "old": "warning",
        "shop/cloned": "error",
        "shop/web": "warning",
        "1 nodes with 1.32": "error",
        "1 nodes with 1.35": "ok",
    }


def test_an_api_that_does_not_answer_is_named_and_ends_nothing(tmp_path: Path) -> None:
    config = tmp_path / "config"
    cluster = {"name": "gone", "cluster": {"server": "http://127.0.0.1:9"}}
    context = {"name": "gone", "context": {"cluster": "gone", "user": "gone"}}
    config.write_text(
        json.dumps(
            {
                "clusters": [cluster],
                "contexts": [context],
                "users": [{"name": "gone", "user": {"token": "t"}}],
                "current-context": "gone",
            }
        )
    )
    [row] = live.findings(LiveApi.of_kubeconfig(str(config)), UPGRADE)
    assert (row.status, row.subject) == ("not checked", "http://127.0.0.1:9")
    with pytest.raises(RunnerError, match="is no kubeconfig that can be used"):
        LiveApi.of_kubeconfig(str(tmp_path / "none"))

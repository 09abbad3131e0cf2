"""The platform of every example on a real Kubernetes API: applied, settled, scheduled.

Order, admission, schemas of custom resources, Helm's waits and the end of every object are real.
What no pod runs for is not: the work of the add-ons themselves. That it is destroyed to nothing
is checked where the fixture ends.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from config.types.quantity import Amount, quantity
from modules.capacity.report import capacity_report
from support.applied_platform import EXAMPLES, AppliedPlatform
from tools.kubernetes import Client
from tools.kubernetes.nodes import zone_of

pytestmark = [
    pytest.mark.kubernetes,
    pytest.mark.parametrize("platform", EXAMPLES, indirect=True, scope="session"),
]

SECONDS = 120
LOST = {"key": "tests/lost", "effect": "NoExecute"}
"""Evicts at once what the real loss of a node evicts after minutes."""


@pytest.fixture
def client(platform_client: Client) -> Client:
    return platform_client


def test_a_second_plan_has_no_changes(platform: AppliedPlatform) -> None:
    code, text = platform.terraform("plan", "-detailed-exitcode", "-input=false")
    assert code == 0, text


def test_every_custom_resource_is_accepted(platform: AppliedPlatform, client: Client) -> None:
    missing = [
        f"{manifest['kind']} {manifest['metadata']['name']}"
        for manifest in platform.custom_resources()
        if client.live(manifest) is None
    ]
    assert missing == []


def test_capacity_says_what_the_scheduler_places(platform: AppliedPlatform, client: Client) -> None:
    said = capacity_report(platform.environment)
    placed = [pod for pod in client.objects("v1", "Pod") if _owner(pod) != "Job"]
    assert [pod["metadata"]["name"] for pod in placed if "nodeName" not in pod["spec"]] == []
    addons = {pods.addon for pods in said.pods} - platform.releases
    per_node = [
        pods.each for pods in said.pods if pods.where == "every node" and pods.addon not in addons
    ]
    daemons = [pod for pod in placed if _owner(pod) == "DaemonSet" and _on(pod, "system-0")]
    assert _requests(daemons) == _sum(per_node)
    steady = [
        pods.total
        for pods in said.pods
        if pods.where != "every node" and pods.addon not in addons and not pods.job
    ]
    others = [pod for pod in placed if _owner(pod) != "DaemonSet"]
    assert _requests(others) == _sum(steady)


def test_all_pods_find_a_place_without_one_zone(platform: AppliedPlatform, client: Client) -> None:
    zone = min(zone_of(node) for node in platform.nodes)
    lost = [node for node in platform.nodes if zone_of(node) == zone]
    for node in lost:
        client.patch(node, {"spec": {"taints": [*node["spec"]["taints"], LOST]}})
    names = {node["metadata"]["name"] for node in lost}
    try:
        client.wait_until(
            lambda: not list(_waiting(client, names)),
            SECONDS,
            lambda: f"without {zone} these have no place: {list(_waiting(client, names))}",
        )
    finally:
        for node in lost:
            client.patch(node, {"spec": {"taints": node["spec"]["taints"]}})


def _waiting(client: Client, lost: set[str]) -> Iterator[str]:
    """Pods that are not off the lost nodes yet, and workloads whose pods are not all ready."""
    for pod in client.objects("v1", "Pod"):
        if _owner(pod) not in {"DaemonSet", "Job"} and pod["spec"].get("nodeName") in lost:
            yield f"Pod {pod['metadata']['name']}"
    for kind in ("Deployment", "StatefulSet"):
        for each in client.objects("apps/v1", kind):
            if each["status"].get("readyReplicas", 0) < each["spec"].get("replicas", 1):
                yield f"{kind} {each['metadata']['name']}"


def _owner(pod: dict[str, Any]) -> str:
    owners = pod["metadata"].get("ownerReferences") or [{"kind": ""}]
    return owners[0]["kind"]


def _on(pod: dict[str, Any], node: str) -> bool:
    return pod["spec"].get("nodeName") == node


def _requests(pods: list[dict[str, Any]]) -> Amount:
    return _sum([_request(pod) for pod in pods])


def _request(pod: dict[str, Any]) -> Amount:
    together = _sum([_of_container(each) for each in pod["spec"]["containers"]])
    for each in pod["spec"].get("initContainers") or ():
        together = together.larger(_of_container(each))
    return Amount(together.cpu, together.memory, 1)


def _of_container(container: dict[str, Any]) -> Amount:
    requests = container.get("resources", {}).get("requests", {})
    return Amount(quantity(requests.get("cpu", 0)), quantity(requests.get("memory", 0)))


def _sum(amounts: list[Amount]) -> Amount:
    return sum(amounts, Amount(Decimal(0), Decimal(0), 0))

"""The platform stack after an earlier version's output, and after an apply that was cut off."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from support.applied_platform import AppliedPlatform
from tools.kubernetes import Client

pytestmark = [
    pytest.mark.kubernetes,
    pytest.mark.parametrize("platform", ["dev"], indirect=True, scope="session"),
]

SECONDS = 120
RELEASE = "cert_manager"
PENDING = {"labelSelector": "owner=helm,status in (pending-install, pending-upgrade)"}


def test_an_earlier_output_is_upgraded_without_a_loss(platform: AppliedPlatform) -> None:
    assert platform.lost == []


def test_an_apply_that_was_killed_while_helm_waits_is_recovered(
    platform: AppliedPlatform, client: Client
) -> None:
    today = platform.stack.text
    platform.write(_with_more_replicas(today))
    with _no_place(platform, client):
        process = platform.start("apply", "-auto-approve", "-input=false")
        try:
            client.wait_until(
                lambda: bool(client.objects("v1", "Secret", **PENDING)),
                SECONDS,
                lambda: "no release is pending",
            )
        finally:
            platform.kill(process)
    platform.unlock()
    code, text = platform.terraform("apply", "-auto-approve", "-input=false")
    assert code == 1
    assert "another operation (install/upgrade/rollback) is in progress" in text
    for secret in client.objects("v1", "Secret", **PENDING):
        client.delete({"apiVersion": "v1", "kind": "Secret", "metadata": secret["metadata"]})
    platform.check("apply", "-auto-approve", "-input=false")
    platform.write(today)
    platform.check("apply", "-auto-approve", "-input=false")
    code, text = platform.terraform("plan", "-detailed-exitcode", "-input=false")
    assert code == 0, text


def _with_more_replicas(text: str) -> str:
    """The output with one more pod in a release, for which Helm waits."""
    stack = json.loads(text)
    release = stack["resource"]["helm_release"][RELEASE]
    values = json.loads(release["values"][0])
    values["replicaCount"] = values.get("replicaCount", 1) + 1
    release["values"] = [json.dumps(values)]
    return json.dumps(stack)


@contextmanager
def _no_place(platform: AppliedPlatform, client: Client) -> Iterator[None]:
    """Lets no node take further pods meanwhile."""
    for node in platform.nodes:
        client.patch(node, {"spec": {"unschedulable": True}})
    yield
    for node in platform.nodes:
        client.patch(node, {"spec": {"unschedulable": None}})

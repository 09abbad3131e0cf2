"""The platform stack over an earlier version's output, and over a change by hand."""

import pytest

from support.applied_platform import AppliedPlatform
from tools.kubernetes import Client

pytestmark = [
    pytest.mark.kubernetes,
    pytest.mark.parametrize("platform", ["dev"], indirect=True, scope="session"),
]


@pytest.fixture
def client(platform_client: Client) -> Client:
    return platform_client


def test_an_earlier_output_is_upgraded_without_a_loss(platform: AppliedPlatform) -> None:
    assert platform.lost == []


def test_what_changed_by_hand_is_changed_back(platform: AppliedPlatform, client: Client) -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "monitoring"}}
    label = "pod-security.kubernetes.io/enforce"
    live = client.live(namespace)
    assert live is not None
    client.patch(namespace, {"metadata": {"labels": {label: None}}})
    text = platform.check("apply", "-auto-approve", "-input=false")
    assert "0 added, 1 changed, 0 destroyed" in text
    restored = client.live(namespace)
    assert restored is not None
    assert restored["metadata"]["labels"] == live["metadata"]["labels"]

"""The platform stack after an earlier output, and after an apply that was cut off."""

import gzip
import json
import os
import signal
from pathlib import Path

import pytest

from support.applied_platform import AppliedPlatform
from tools.kubernetes import Client

pytestmark = [
    pytest.mark.kubernetes,
    pytest.mark.parametrize("empty_platform", ["dev"], indirect=True),
]

RECORDED = Path(__file__).with_name("recorded") / "dev-platform.json.gz"
"""What an earlier version wrote for dev. Add those of releases; take none away."""

SECONDS = 120
PENDING = {"labelSelector": "owner=helm,status in (pending-install, pending-upgrade)"}


def test_an_earlier_output_is_upgraded_without_a_loss(empty_platform: AppliedPlatform) -> None:
    platform, today = empty_platform, empty_platform.stack.text
    platform.add_nodes()
    platform.write(gzip.decompress(RECORDED.read_bytes()).decode())
    platform.check("apply", "-auto-approve", "-input=false")
    platform.write(today)
    platform.check("plan", "-input=false", "-out=plan")
    plan = json.loads(platform.check("show", "-json", "plan"))
    lost = [
        change["address"]
        for change in plan.get("resource_changes", ())
        if "delete" in change["change"]["actions"]
    ]
    assert lost == []
    platform.check("apply", "-input=false", "plan")
    code, text = platform.terraform("plan", "-detailed-exitcode", "-input=false")
    assert code == 0, text


def test_an_apply_that_was_killed_while_helm_waits_is_recovered(
    empty_platform: AppliedPlatform, client: Client
) -> None:
    platform = empty_platform
    with platform.start("apply", "-auto-approve", "-input=false") as process:
        # Without nodes no pod gets ready, so Helm waits in the first release that has some.
        client.wait_until(
            lambda: bool(client.objects("v1", "Secret", **PENDING)),
            SECONDS,
            lambda: "no release is pending",
        )
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    platform.add_nodes()
    platform.unlock()
    code, text = platform.terraform("apply", "-auto-approve", "-input=false")
    assert code == 1
    assert "cannot re-use a name that is still in use" in text
    for secret in client.objects("v1", "Secret", **PENDING):
        client.delete({"apiVersion": "v1", "kind": "Secret", "metadata": secret["metadata"]})
    platform.check("apply", "-auto-approve", "-input=false")
    code, text = platform.terraform("plan", "-detailed-exitcode", "-input=false")
    assert code == 0, text

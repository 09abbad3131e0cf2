"""`make permissions` prints the policies for roles that are made elsewhere."""

import json
from pathlib import Path

import pytest

from support.command import command


def test_each_stack_has_policies_for_plan_and_apply_and_a_missing_boundary_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path))
    done = command(capfd, "permissions", "minimal", "network")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["minimal"]
    assert set(found["stacks"]) == {"network"}
    plan, apply = (json.dumps(found["stacks"]["network"][access]) for access in ("plan", "apply"))
    assert "ec2:CreateVpc" in apply
    assert "ec2:DescribeVpcs" in plan
    assert "ec2:CreateVpc" not in plan
    assert found["boundary"]["Statement"][0]["Sid"] == "Services"
    assert "The roles of minimal have no permissions boundary" in done.stderr

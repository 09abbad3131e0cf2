"""Real Terraform bootstraps (B4) from nothing, again, and after another configuration."""

import json
from typing import Any

import pytest

from runner.backend.bootstrap import STEPS
from runner.backend.bootstrap_dir import STATE
from runner.errors import TerraformError
from support.bootstrapping import StateBackend
from support.state_objects import REGION

pytestmark = pytest.mark.terraform


def test_created_from_nothing_and_run_again(
    prod: StateBackend, capfd: pytest.CaptureFixture[str]
) -> None:
    shipped = (prod.stack.directory / "cdk.tf.json").read_bytes()
    prod.bootstrap()
    state, items = prod.remote(), prod.aws_items()
    assert state is not None
    declared = {
        f"{type_}.{name}"
        for type_, entries in prod.stack.document["resource"].items()
        for name in entries
    }
    assert state.resources.keys() == declared
    assert not prod.folder.exists()
    # The folder that was synthesized is what it was, and connected.
    assert (prod.stack.directory / "cdk.tf.json").read_bytes() == shipped
    assert not list(prod.stack.directory.glob("*override*"))
    capfd.readouterr()

    prod.bootstrap()
    assert "No changes." in capfd.readouterr().out
    assert prod.remote() == state
    assert prod.aws_items() == items


def test_stopped_after_each_step_and_run_again(dev: StateBackend) -> None:
    for end in range(1, len(STEPS)):
        dev.run(STEPS[:end])
        assert dev.folder.exists() is (end >= 3)
    before = dev.aws_items()
    dev.bootstrap()
    assert dev.aws_items() == before
    assert not dev.folder.exists()
    assert dev.duplicates() == []


def test_resources_in_no_state_are_imported(
    prod: StateBackend, capfd: pytest.CaptureFixture[str]
) -> None:
    upto_build = [step.name for step in STEPS].index("build") + 1
    prod.run(STEPS[:upto_build])
    before = prod.aws_items()
    (prod.folder / STATE).write_text('{"version": 4, "serial": 3, "li')
    # The moment between the creation of a bucket and its tags.
    prod.aws.client("s3", REGION).delete_bucket_tagging(Bucket=prod.location.bucket)
    capfd.readouterr()
    prod.bootstrap()
    assert ", 0 to destroy." in capfd.readouterr().out
    assert prod.aws_items() == before
    assert prod.duplicates() == []


def test_a_creation_that_failed_half_way_is_completed_in_place(dev: StateBackend) -> None:
    dev.aws.inject("dynamodb", "UpdateContinuousBackups", "AccessDeniedException")
    with pytest.raises(TerraformError) as error:
        dev.bootstrap()
    assert error.value.exit_code == 1
    with dev.lock() as bootstrap_dir:
        state = bootstrap_dir.local_state()
    assert state is not None
    assert state.tainted == ("aws_dynamodb_table.state_lock",)
    made = dev.created_table()
    dev.bootstrap()
    assert dev.created_table() == made
    assert dev.remote() is not None


def test_a_changed_configuration_is_applied_where_the_state_is(dev: StateBackend) -> None:
    dev.bootstrap()
    before = dev.remote()
    document = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
        }
    )

    def add_policy(synthesized: dict[str, Any]) -> None:
        synthesized["resource"]["aws_iam_policy"]["added"] = {"name": "added", "policy": document}

    dev.edit(add_policy)
    # An apply that was killed has made it already.
    dev.aws.client("iam").create_policy(
        PolicyName="added",
        PolicyDocument=document,
        Tags=[{"Key": k, "Value": v} for k, v in dev.location.owner_tags.items()],
    )
    dev.bootstrap()
    after = dev.remote()
    assert before is not None
    assert after is not None
    assert after.lineage == before.lineage
    assert after.resources.keys() - before.resources.keys() == {"aws_iam_policy.added"}
    assert not dev.folder.exists()

"""Real Terraform takes prod from nothing to nothing, as its pipelines may."""

from pathlib import Path

import pytest

from support.environments import example
from support.lifecycle import full_lifecycle
from support.pipeline_lifecycle import PipelineLifecycle, role_for_each
from support.provider import SharedProvider, runnable
from tools.emulator import LocalAws

STACKS = ("network", "edge", "cluster")


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_prod_is_applied_from_nothing_plans_no_changes_and_is_destroyed_completely(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And each stack needs no more than the role of a pipeline for that stack alone allows."""
    environment = runnable(
        "prod",
        tmp_path,
        cluster={"efs": {"force_destroy": True}},
        ci_roles=role_for_each(STACKS),
    )
    zone = example("prod").edge.hosted_zone
    assert zone is not None
    aws.make_hosted_zone(zone.id, zone.name)
    life = PipelineLifecycle(aws, provider, environment, tmp_path / "cdktf.out", monkeypatch)
    full_lifecycle(life, aws, ("eu-west-1", "eu-central-1"))
    assert life.refused == []
    services = {each.action.partition(":")[0] for each in life.checked}
    assert len(life.checked) > 2000
    assert services >= {"ec2", "eks", "elasticfilesystem", "iam", "kms", "s3", "dynamodb", "events"}
    # What is compared with a policy has conditions.
    created = [each for each in life.checked if each.action == "iam:CreateRole"]
    assert {each.context["iam:permissionsboundary"] for each in created} == {
        "arn:aws:iam::123456789012:policy/prod-boundary"
    }
    deleted = [each for each in life.checked if each.action == "ec2:DeleteSubnet"]
    assert {each.context["aws:resourcetag/environment"] for each in deleted} == {"prod"}

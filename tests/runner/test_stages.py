"""Plan, apply and destroy (M3) of several stacks: order, questions and what stops a run."""

import json
from pathlib import Path

import pytest

from runner.errors import RunnerError, TerraformError
from runner.manifest import Stack
from runner.stages import Run, apply, destroy, plan
from support.fake_terraform import FakeTerraform
from support.state_objects import BUCKET, applied, write_stacks
from tools.emulator import LocalAws

ALL = ("state", "network", "edge", "cluster")


def done(fake: FakeTerraform, command: str) -> list[str]:
    """Folders in which a command ran, in order."""
    return [call[0].removeprefix("dev-") for call in fake.calls if call[1] == command]


def test_applies_in_order_and_initializes_before(
    aws: LocalAws, stacks: list[Stack], fake_terraform: FakeTerraform
) -> None:
    applied(aws, *ALL)
    apply(Run(stacks, approve=True))
    assert fake_terraform.calls == [
        call
        for stack in ALL
        for call in (
            [f"dev-{stack}", "init", "-input=false"],
            [f"dev-{stack}", "apply", "-auto-approve"],
        )
    ]


def test_destroys_in_reverse_order_and_never_the_state(
    aws: LocalAws, stacks: list[Stack], fake_terraform: FakeTerraform
) -> None:
    applied(aws, *ALL)
    destroy(Run(stacks, approve=True))
    assert done(fake_terraform, "destroy") == ["cluster", "edge", "network"]
    with pytest.raises(RunnerError, match="`eks-platform bootstrap-destroy dev`"):
        destroy(Run(stacks, only="state", approve=True))


def test_a_stack_that_was_never_applied_needs_no_terraform(
    aws: LocalAws,
    stacks: list[Stack],
    fake_terraform: FakeTerraform,
    capfd: pytest.CaptureFixture[str],
) -> None:
    applied(aws, "state", "network")
    applied(aws, "edge", resources=0)
    destroy(Run(stacks, approve=True))
    assert {call[0] for call in fake_terraform.calls} == {"dev-network"}
    printed = capfd.readouterr().out
    assert "dev-cluster: was never applied; nothing to destroy." in printed
    assert "dev-edge: is destroyed already; nothing to destroy." in printed


def test_stops_at_the_first_failure_with_terraforms_exit_code(
    aws: LocalAws,
    stacks: list[Stack],
    fake_terraform: FakeTerraform,
    capfd: pytest.CaptureFixture[str],
) -> None:
    applied(aws, *ALL)
    fake_terraform.answers(apply=3)
    with pytest.raises(TerraformError) as error:
        apply(Run(stacks, approve=True))
    assert error.value.exit_code == 3
    assert done(fake_terraform, "apply") == ["state"]
    printed = capfd.readouterr()
    assert "out of apply\n" in printed.out
    assert "err of apply\n" in printed.err
    assert "dev-state apply: failed after" in printed.out


def test_shows_which_stack_of_how_many(
    aws: LocalAws,
    stacks: list[Stack],
    fake_terraform: FakeTerraform,
    capfd: pytest.CaptureFixture[str],
) -> None:
    applied(aws, *ALL)
    plan(Run(stacks))
    lines = capfd.readouterr().out.splitlines()
    assert done(fake_terraform, "plan") == list(ALL)
    assert any(line.startswith("dev-edge plan  3/4") for line in lines)
    # The frame is written before and after what Terraform prints, not collected for the end.
    frame = [line.split("  ")[0].split(":")[0] for line in lines if "edge" in line]
    assert frame == ["dev-edge plan", "dev-edge plan"]
    start = next(i for i, line in enumerate(lines) if line.startswith("dev-edge plan  3/4"))
    assert lines[start + 1 : start + 3] == ["out of init", "out of plan"]


def test_extra_arguments_reach_terraform(
    aws: LocalAws, stacks: list[Stack], fake_terraform: FakeTerraform
) -> None:
    applied(aws, *ALL)
    apply(Run(stacks, only="network", extra=("-lock-timeout=5s", "-parallelism=2")))
    assert fake_terraform.calls[-1] == [
        "dev-network", "apply", "-lock-timeout=5s", "-parallelism=2"
    ]  # fmt: skip


@pytest.mark.parametrize(("answer", "code"), [(0, 0), (2, 2)])
def test_a_detailed_plan_goes_on_after_changes(
    answer: int, code: int, aws: LocalAws, stacks: list[Stack], fake_terraform: FakeTerraform
) -> None:
    applied(aws, *ALL)
    fake_terraform.answers(plan=answer)
    assert plan(Run(stacks, extra=("-detailed-exitcode",))) == code
    assert done(fake_terraform, "plan") == list(ALL)


@pytest.mark.parametrize("work", [plan, apply, destroy])
def test_nothing_runs_before_the_bootstrap(
    work: object, aws: LocalAws, stacks: list[Stack], fake_terraform: FakeTerraform
) -> None:
    assert callable(work)
    with pytest.raises(RunnerError, match=f"{BUCKET} does not hold dev/state.tfstate. Run `make "):
        work(Run(stacks))
    aws.client("s3", "eu-west-1").delete_bucket(Bucket=BUCKET)
    with pytest.raises(RunnerError, match="`make bootstrap ENV=dev` first"):
        work(Run(stacks))
    assert fake_terraform.calls == []


def test_nothing_runs_while_a_bootstrap_is_unfinished(
    aws: LocalAws, stacks: list[Stack], fake_terraform: FakeTerraform, tmp_path: Path
) -> None:
    applied(aws, "state")
    (tmp_path / ".bootstrap" / "dev").mkdir(parents=True)
    with pytest.raises(RunnerError, match="bootstrap of dev was interrupted"):
        apply(Run(stacks))
    assert fake_terraform.calls == []


def test_nothing_runs_with_the_credentials_of_another_account(
    aws: LocalAws, tmp_path: Path, fake_terraform: FakeTerraform
) -> None:
    applied(aws, "state")
    stacks = write_stacks(tmp_path / "other")
    for stack in stacks:
        stack.backend["allowed_account_ids"] = ["999999999999"]
    with pytest.raises(RunnerError, match=r"belong to account 123456789012 .* dev is in 999999999"):
        plan(Run(stacks))
    assert fake_terraform.calls == []


def test_stacks_that_cannot_be_planned_yet_are_skipped_with_a_note(
    aws: LocalAws,
    stacks: list[Stack],
    fake_terraform: FakeTerraform,
    capfd: pytest.CaptureFixture[str],
) -> None:
    applied(aws, "state")
    applied(aws, "edge", resources=0)  # destroyed: a state is left, without anything in it
    assert plan(Run(stacks)) == 0
    assert done(fake_terraform, "plan") == ["state", "network"]
    printed = capfd.readouterr().out
    assert "Not planned: dev-edge uses outputs of dev-network, which is not applied." in printed
    assert "Not planned: dev-cluster uses outputs of dev-network, dev-edge, which" in printed
    assert "First run `eks-platform apply dev network`." in printed


@pytest.mark.parametrize("work", [plan, apply])
def test_a_single_stack_needs_its_dependencies_applied(
    work: object, aws: LocalAws, stacks: list[Stack], fake_terraform: FakeTerraform
) -> None:
    assert callable(work)
    applied(aws, "state")
    with pytest.raises(RunnerError, match="dev-edge uses outputs of dev-network"):
        work(Run(stacks, only="edge"))
    assert fake_terraform.calls == []


def test_a_stack_is_not_destroyed_before_its_dependents(
    aws: LocalAws, stacks: list[Stack], fake_terraform: FakeTerraform
) -> None:
    applied(aws, "state", "network", "edge")
    with pytest.raises(RunnerError, match="dev-edge still exists and depends on dev-network"):
        destroy(Run(stacks, only="network"))
    assert fake_terraform.calls == []


def record(stack: Stack, **config: object) -> None:
    folder = stack.directory / ".terraform"
    folder.mkdir()
    backend = {"backend": {"type": "s3", "config": {**stack.backend, **config}}}
    (folder / "terraform.tfstate").write_text(json.dumps(backend))


@pytest.mark.parametrize(
    ("before", "flags"),
    [({"dynamodb_table": "former"}, ["-reconfigure"]), ({"bucket": "former"}, [])],
    ids=["lock", "bucket"],
)
def test_only_a_change_of_the_lock_mode_reconfigures_without_asking(
    before: dict[str, str],
    flags: list[str],
    aws: LocalAws,
    stacks: list[Stack],
    fake_terraform: FakeTerraform,
) -> None:
    applied(aws, "state")
    record(stacks[1], **before)
    plan(Run(stacks, only="network"))
    assert fake_terraform.calls[0] == ["dev-network", "init", "-input=false", *flags]


@pytest.mark.parametrize(("lock", "allowed"), [("dynamodb", True), ("s3", False), ("both", False)])
def test_a_lock_file_needs_a_newer_terraform(
    lock: str, allowed: bool, aws: LocalAws, tmp_path: Path, fake_terraform: FakeTerraform
) -> None:
    applied(aws, "state")
    fake_terraform.answers(version="1.9.8")
    run = Run(write_stacks(tmp_path / "other", lock), only="network")
    if allowed:
        assert plan(run) == 0
    else:
        with pytest.raises(RunnerError, match=r"is Terraform 1\.9, but `state\.lock: s3` or"):
            plan(run)


@pytest.mark.usefixtures("fake_terraform")
def test_an_orphaned_state_is_reported_at_the_end(
    aws: LocalAws,
    stacks: list[Stack],
    capfd: pytest.CaptureFixture[str],
) -> None:
    applied(aws, *ALL)
    applied(aws, "account", resources=7)
    applied(aws, "retired", resources=0)
    for work in (lambda: plan(Run(stacks)), lambda: apply(Run(stacks, approve=True))):
        work()
        printed = capfd.readouterr().out
        assert "  dev/account.tfstate (7 resources)\n" in printed
        assert "`eks-platform destroy dev account`" in printed
        assert "retired" not in printed
        assert printed.index("dev/account.tfstate") > printed.rindex("dev-cluster")
    applied(aws, "account", resources=0)
    plan(Run(stacks))
    assert "account" not in capfd.readouterr().out


def cluster_stack(stacks: list[Stack]) -> Stack:
    """The last stack, with an EKS cluster in it."""
    stack = stacks[-1]
    document = stack.document | {"resource": {"aws_eks_cluster": {"cluster": {"name": "dev"}}}}
    (stack.directory / "cdk.tf.json").write_text(json.dumps(document))
    return Stack(stack.name, stack.directory, stack.dependencies)


LOGS = "/aws/eks/dev/cluster"


def log_groups(aws: LocalAws) -> list[str]:
    groups = aws.client("logs", "eu-west-1").describe_log_groups()["logGroups"]
    return [group["logGroupName"] for group in groups]


@pytest.mark.usefixtures("fake_terraform")
def test_log_groups_that_eks_recreated_are_deleted_after_a_destroy(
    aws: LocalAws,
    stacks: list[Stack],
    capfd: pytest.CaptureFixture[str],
) -> None:
    stacks[-1] = cluster_stack(stacks)
    applied(aws, "state")
    applied(aws, "cluster", resources=0)
    logs = aws.client("logs", "eu-west-1")
    logs.create_log_group(logGroupName=LOGS)
    logs.create_log_group(logGroupName=f"{LOGS}-of-another")
    destroy(Run(stacks, approve=True))
    assert log_groups(aws) == [f"{LOGS}-of-another"]
    assert f"Deleted: log group {LOGS}\n" in capfd.readouterr().out
    destroy(Run(stacks, only="cluster", approve=True))
    printed = capfd.readouterr().out
    assert "Deleted" not in printed
    assert "run this destroy again" in printed


@pytest.mark.usefixtures("fake_terraform")
def test_log_groups_of_foreign_clusters_are_kept(aws: LocalAws, stacks: list[Stack]) -> None:
    stacks[-1] = cluster_stack(stacks)
    applied(aws, "state")
    aws.client("logs", "eu-west-1").create_log_group(logGroupName=LOGS)
    destroy(Run(stacks, approve=True))
    assert log_groups(aws) == [LOGS]


@pytest.mark.parametrize(
    ("version", "table", "times"), [("1.11.4", True, 1), ("1.10.5", True, 0), ("1.11.4", False, 0)]
)
def test_terraforms_warnings_of_the_lock_table_are_explained_once(
    version: str,
    table: bool,
    times: int,
    aws: LocalAws,
    stacks: list[Stack],
    fake_terraform: FakeTerraform,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake_terraform.answers(version)
    applied(aws, *ALL)
    for stack in stacks:
        if table:
            stack.backend["dynamodb_table"] = "locks"
        else:
            stack.backend.pop("dynamodb_table", None)
    plan(Run(stacks))
    assert capsys.readouterr().out.count("`dynamodb_table` is deprecated") == times

"""`plan` and `drift` as a user types them, with a terraform that shows given plans (M7)."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from runner.manifest import Stack, read_manifest
from support.command import Done, command
from support.fake_terraform import FakeTerraform
from support.plans import change, plan_of
from support.state_objects import applied, write_stacks
from tools.emulator import LocalAws

ALL = ("state", "network", "edge", "cluster")

REPLACED = plan_of(
    change(
        "aws_subnet.private_a",
        "delete",
        "create",
        before={"cidr_block": "10.0.11.0/24"},
        after={"cidr_block": "10.0.12.0/24"},
        replace_paths=[["cidr_block"]],
    )
)
DRIFTED = plan_of(
    drift=[change("aws_vpc.vpc", "update", before={"tags": {}}, after={"tags": {"by": "hand"}})]
)


class Runner:
    """Commands on the stacks of dev."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str) -> Done:
        return command(self._capture, *arguments)


@pytest.fixture
def run(
    aws: LocalAws,
    stacks: list[Stack],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Runner:
    """Commands on an environment whose stacks are all applied."""
    monkeypatch.setattr("runner.commands.runs.synthesize", lambda _: stacks)
    applied(aws, *ALL)
    return Runner(capfd)


@pytest.fixture
def terraform(fake_terraform: FakeTerraform) -> FakeTerraform:
    """Shows plans that do nothing."""
    return fake_terraform


def shown(**plans: dict[str, Any]) -> dict[str, Any]:
    return {f"dev-{name}": plan for name, plan in plans.items()}


def test_a_plan_ends_with_one_page_of_all_stacks(run: Runner, terraform: FakeTerraform) -> None:
    terraform.answers(plans=shown(network=REPLACED))
    done = run("plan", "dev")
    assert done.returncode == 0
    page = done.stdout[done.stdout.index("Plan of dev: 1 to replace") :]
    assert "out of plan" not in page
    assert done.stdout.count("out of plan") == len(ALL)
    assert "dev-network: aws_subnet.private_a replaced" in page
    assert 'cidr_block forces it: "10.0.11.0/24" → "10.0.12.0/24"' in page
    assert "dev-edge: no changes" in page


def test_the_page_names_the_setting(run: Runner, terraform: FakeTerraform) -> None:
    terraform.answers(plans=shown(network=REPLACED))
    done = run("plan", "dev", "--json")
    (replaced,) = json.loads(done.stdout)["stacks"][1]["changes"]
    (cidr,) = replaced["attributes"]
    assert cidr["settings"] == ["examples/environments/dev.yaml:9 network.cidr"]


@pytest.mark.parametrize("option", ["--json", "--markdown"])
def test_nothing_but_the_page_is_on_standard_output(
    option: str, run: Runner, terraform: FakeTerraform
) -> None:
    terraform.answers(plans=shown(network=REPLACED))
    for name in ("plan", "drift"):
        done = run(name, "dev", option)
        assert "out of plan" in done.stderr
        assert "out of plan" not in done.stdout
        assert done.stdout[0] in "{#"


@pytest.mark.usefixtures("terraform")
def test_a_quiet_plan_leaves_terraforms_text_in_a_file(run: Runner, tmp_path: Path) -> None:
    done = run("plan", "dev", "--quiet")
    log = tmp_path / "cdktf.out" / "plan.log"
    assert f"Terraform's own text goes to {log}." in done.stderr
    assert "out of plan" in log.read_text()
    assert "out of plan" not in done.stdout
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def plan_files(terraform: FakeTerraform) -> list[Path]:
    calls = [call for call in terraform.calls if call[1] == "plan"]
    return [
        Path(each.removeprefix("-out="))
        for call in calls
        for each in call
        if each.startswith("-out=")
    ]


def test_the_files_of_the_plans_are_deleted(run: Runner, terraform: FakeTerraform) -> None:
    run("plan", "dev")
    files = plan_files(terraform)
    assert len(files) == len(ALL)
    assert not any(file.parent.exists() for file in files)


def test_plans_are_kept_on_request_for_their_owner_only(
    run: Runner, terraform: FakeTerraform, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    run("plan", "dev", "--out", str(folder), "--", "-lock=false")
    assert plan_files(terraform) == [folder / f"dev-{name}.tfplan" for name in ALL]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert terraform.calls[1][2:4] == ["-input=false", "-lock=false"]


@pytest.mark.parametrize("own", [["-out=mine"], ["-out", "mine"]])
def test_the_users_own_file_of_the_plan_is_read(
    own: list[str], run: Runner, terraform: FakeTerraform
) -> None:
    terraform.answers(plans=shown(network=REPLACED))
    done = run("plan", "dev", "network", *own)
    assert terraform.calls[-1] == ["dev-network", "plan", "-input=false", *own]
    assert "Plan of dev: 1 to replace" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "plan_code", "code"),
    [([], 0, 0), (["-detailed-exitcode"], 2, 2), (["-detailed-exitcode"], 0, 0)],
)
def test_the_exit_code_stays_that_of_terraform(
    arguments: list[str], plan_code: int, code: int, run: Runner, terraform: FakeTerraform
) -> None:
    terraform.answers(plans=shown(network=REPLACED), plan=plan_code)
    assert run("plan", "dev", *arguments).returncode == code


@pytest.mark.parametrize("arguments", [[], ["-detailed-exitcode"]])
def test_no_deletes_ends_with_3_and_names_what_is_replaced(
    arguments: list[str], run: Runner, terraform: FakeTerraform
) -> None:
    terraform.answers(plans=shown(network=REPLACED), plan=2 if arguments else 0)
    done = run("plan", "dev", "--no-deletes", *arguments)
    assert done.returncode == 3
    assert "dev-network: aws_subnet.private_a replaced" in done.stderr


def test_no_deletes_accepts_what_is_made_and_changed(run: Runner, terraform: FakeTerraform) -> None:
    made = plan_of(
        change("aws_eip.a", "create", after={}), change("aws_eip.b", "update", before={}, after={})
    )
    terraform.answers(plans=shown(network=made))
    assert run("plan", "dev", "--no-deletes").returncode == 0


@pytest.mark.usefixtures("terraform")
def test_stacks_that_cannot_be_planned_are_shown_from_their_json(
    aws: LocalAws, run: Runner, stacks: list[Stack], tmp_path: Path
) -> None:
    applied(aws, "network", "edge", "cluster", resources=0)
    edge = stacks[2]
    document = edge.document | {"resource": {"aws_lb": {"load_balancer": {}}}}
    (edge.directory / "cdk.tf.json").write_text(json.dumps(document))
    stacks[:] = read_manifest(tmp_path / "cdktf.out")
    done = run("plan", "dev", "--json", "--no-deletes")
    assert done.returncode == 0
    found = {each["name"]: each for each in json.loads(done.stdout)["stacks"]}
    assert [each["status"] for each in found.values()] == [
        "planned",
        "planned",
        "from the JSON, not planned",
        "from the JSON, not planned",
    ]
    assert found["dev-edge"]["counts"] == {"create": 1}
    assert "dev-edge uses outputs of dev-network" in found["dev-edge"]["note"]


@pytest.mark.usefixtures("terraform")
def test_no_deletes_refuses_an_applied_stack_that_cannot_be_planned(
    aws: LocalAws, run: Runner
) -> None:
    applied(aws, "network", resources=0)
    done = run("plan", "dev", "--no-deletes")
    assert done.returncode == 3
    assert "dev-edge: not planned, so that nothing is known of it" in done.stderr


def test_a_plan_that_fails_keeps_its_exit_code_and_prints_what_there_is(
    run: Runner, terraform: FakeTerraform
) -> None:
    terraform.answers(plan=1)
    done = run("plan", "dev", "--no-deletes")
    assert done.returncode == 1
    assert "dev-state: failed; terraform plan failed in dev-state (exit code 1)." in done.stdout
    assert "dev-network: not planned; the run ended before" in done.stdout
    assert "Error: terraform plan failed in dev-state" in done.stderr


@pytest.mark.parametrize(("plan", "code"), [(plan_of(), 0), (DRIFTED, 2)])
def test_drift_ends_with_2_if_there_is_some(
    plan: dict[str, Any], code: int, run: Runner, terraform: FakeTerraform
) -> None:
    terraform.answers(plans=shown(network=plan))
    done = run("drift", "dev", "-lock=false")
    assert done.returncode == code
    assert [call[3:5] for call in terraform.calls if call[1] == "plan"] == [
        ["-refresh-only", "-lock=false"]
    ] * len(ALL)
    assert ('tags.by: (none) → "hand"' in done.stdout) is bool(code)


def test_drift_that_cannot_be_found_ends_with_1(
    aws: LocalAws, run: Runner, terraform: FakeTerraform
) -> None:
    terraform.answers(plan=1)
    assert run("drift", "dev").returncode == 1
    terraform.answers()
    applied(aws, "network", resources=0)
    done = run("drift", "dev")
    assert done.returncode == 1
    assert "Error: dev-edge was not compared: dev-edge uses outputs of dev-network" in done.stderr


def test_json_and_markdown_exclude_each_other(run: Runner, terraform: FakeTerraform) -> None:
    done = run("plan", "dev", "--json", "--markdown")
    assert done.returncode == 2
    assert terraform.calls == []


def test_two_regions_have_one_page(
    aws: LocalAws,
    terraform: FakeTerraform,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    outdir = tmp_path / "cdktf.out"
    monkeypatch.setenv("CDKTF_OUTDIR", str(outdir))
    names = ("two-regions-euc1", "two-regions-euw1")
    of = {"state": [], "network": ["state"]}
    for name in names:
        applied(aws, *of, environment=name)
    stacks = write_stacks(outdir, of=dict.fromkeys(names, of))
    monkeypatch.setattr("runner.commands.runs.synthesize", lambda _: stacks)
    terraform.answers(plans={f"{names[1]}-network": REPLACED})
    done = command(capfd, "plan", "two-regions", "--no-deletes")
    assert done.returncode == 3
    assert done.stdout.count("Plan of two-regions-euc1, two-regions-euw1: 1 to replace") == 1
    page = done.stdout[done.stdout.rindex("Plan of") :]
    assert "two-regions-euc1-network: no changes" in page
    assert "set at examples/environments/two-regions.yaml" in page

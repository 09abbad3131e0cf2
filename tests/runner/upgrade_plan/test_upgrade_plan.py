"""`make upgrade-plan` (M5): one minor, in order, with what would block it."""

import json
from pathlib import Path

import pytest

from config import versions
from runner.errors import RunnerError
from runner.upgrade_plan.changes import ChangedValue
from runner.upgrade_plan.minors import upgrade_to
from runner.upgrade_plan.plan import Plan, plan
from runner.upgrade_plan.report import plan_data
from runner.upgrade_plan.step import UpgradeStep
from support.command import command
from support.environments import environment
from support.premade import make_cluster
from support.upgrades import loaded, write_shop
from tools.emulator import LocalAws

NAMES = [
    "configuration",
    "control plane",
    "charts",
    "bake",
    "nodes configuration",
    "EKS add-ons",
    "node groups",
    "Karpenter's nodes",
    "end",
]


def step(planned: Plan, name: str) -> UpgradeStep:
    [found] = [each for each in planned.steps if each.name == name]
    return found


@pytest.mark.parametrize(
    ("version", "target", "said"),
    [
        ("1.34", "1.36", "EKS upgrades by one minor at a time. Did you mean 1.35?"),
        ("1.35", "1.34", "1.34 would be a downgrade. EKS rolls a control plane back by one minor"),
        ("1.35", "1.35", "test is on 1.35 already. Did you mean 1.36?"),
        ("1.34", "1.33", "1.33 is not in the version table (1.34, 1.35, 1.36). Did you mean 1.35?"),
        ("1.36", "1.37", "The version table ends with 1.36; `make versions` lists what EKS offers"),
        ("1.35", "2.0", "2.0 is not in the version table"),
        ("1.35", "latest", "latest is not in the version table"),
    ],
)
def test_a_skip_a_downgrade_and_an_unknown_minor_are_refused_with_the_right_one(
    version: str, target: str, said: str
) -> None:
    with pytest.raises(RunnerError) as refused:
        upgrade_to(environment(cluster={"version": version}), target, None)
    assert said in str(refused.value)
    assert refused.value.exit_code == 2


def test_the_running_version_counts_and_not_that_of_the_file() -> None:
    ahead = environment(cluster={"version": "1.36"})
    with pytest.raises(RunnerError, match=r"is on 1\.34, and EKS upgrades by one.*mean 1\.35"):
        upgrade_to(ahead, "1.36", "1.34")
    found = upgrade_to(ahead, "1.36", "1.35")
    assert (found.current, found.configured, found.control_plane_is_done) == ("1.35", True, False)


def test_an_upgrade_goes_on_where_it_was_left_and_ends_before_the_next() -> None:
    halfway = environment(cluster={"version": "1.35", "upgrade": {"nodes": "after"}})
    found = upgrade_to(halfway, "1.35", "1.35")
    assert (found.current, found.configured, found.control_plane_is_done) == ("1.34", True, True)
    with pytest.raises(RunnerError, match=r"The upgrade of test to 1\.35 is not finished"):
        upgrade_to(halfway, "1.36", "1.35")


def test_the_control_plane_is_first_and_nodes_follow_after_a_pause(planned: Plan) -> None:
    assert [each.name for each in planned.steps] == NAMES
    assert all(each.succeeded for each in planned.steps)
    assert step(planned, "configuration").settings == {
        "cluster.version": "1.35",
        "cluster.upgrade.nodes": "after",
    }
    first = step(planned, "control plane")
    assert first.command == "make apply ENV=shop STACK=cluster"
    assert [each.address for each in first.changes] == ["aws_eks_cluster.cluster"]
    assert step(planned, "nodes configuration").settings == {"cluster.upgrade.nodes": "together"}
    assert step(planned, "bake").command == ""


def test_versions_before_and_after_are_those_of_the_table(planned: Plan) -> None:
    addons = {each.name: each for each in step(planned, "EKS add-ons").versions}
    assert len(addons) > 5
    for name, moved in addons.items():
        assert moved.before == versions.addon(name, "1.34")
        assert moved.after == versions.addon(name, "1.35")
    [group] = step(planned, "node groups").versions
    assert (group.before, group.after) == (
        versions.ami("al2023", "1.34"),
        versions.ami("al2023", "1.35"),
    )
    charts = {each.name: each for each in step(planned, "charts").versions}
    assert charts["karpenter"].after == versions.chart_version("karpenter", "1.35")
    [nodes] = step(planned, "Karpenter's nodes").versions
    assert nodes.before != nodes.after
    assert str(nodes.after).startswith("al2023@v")


def test_karpenter_holds_its_nodes_until_the_last_step(planned: Plan) -> None:
    held = {"nodes": "0", "reasons": ["Drifted"]}
    [during] = _budgets(step(planned, "charts"))
    [after] = _budgets(step(planned, "Karpenter's nodes"))
    assert [held in during.before, held in during.after] == [False, True]
    assert [held in after.before, held in after.after] == [True, False]


def _budgets(found: UpgradeStep) -> list[ChangedValue]:
    return [
        argument
        for change in found.changes
        for argument in change.arguments
        if argument.path.endswith("disruption.budgets")
    ]


def test_without_credentials_and_without_a_kubeconfig_both_are_named(planned: Plan) -> None:
    not_checked = [each for each in planned.findings if each.status == "not checked"]
    assert [each.subject for each in not_checked] == ["EKS", "live cluster"]
    assert "credentials" in not_checked[0].found
    assert "--kubeconfig" in not_checked[1].action
    assert [each for each in planned.findings if each.status == "error"] == []


def test_json_has_all_that_is_printed(planned: Plan) -> None:
    document = json.loads(json.dumps(plan_data(planned)))
    assert (document["from"], document["to"], document["running"]) == ("1.34", "1.35", None)
    assert [each["name"] for each in document["steps"]] == NAMES
    assert document["counts"]["error"] == 0
    assert any("7 days" in line for line in document["rollback"])
    assert {each["minor"] for each in document["behaviours"]} == {"1.35"}


@pytest.mark.usefixtures("offline")
def test_settings_that_are_not_for_the_target_are_refused_with_their_place(
    tmp_path: Path,
) -> None:
    old = 'cluster: {version: "1.34"}\nplatform:\n  karpenter: {version: 1.8.0}\n'
    file = write_shop(tmp_path, old)
    with pytest.raises(RunnerError) as refused:
        plan(loaded(file), "1.35", tmp_path / "plan")
    assert "The settings of shop are not for Kubernetes 1.35" in str(refused.value)
    assert "shop.yaml:5:" in str(refused.value)
    assert "1.9.0" in str(refused.value)


def test_eks_says_the_version_whether_builds_are_offered_and_its_insights(
    aws: LocalAws, tmp_path: Path
) -> None:
    shop = loaded(write_shop(tmp_path))
    make_cluster(aws, shop.environment)
    eks = aws.client("eks", shop.environment.region)
    before = set(aws.calls())
    found = plan(shop, "1.35", tmp_path / "plan")
    asked = {call.partition(":")[2] for call in set(aws.calls()) - before}
    assert "ListInsights" in asked
    assert [each for each in asked if not each.startswith(("Describe", "List", "Get"))] == []
    assert found.upgrade.running == "1.34"
    by_check: dict[str, set[str]] = {}
    for each in found.findings:
        by_check.setdefault(each.check, set()).add(each.status)
    assert by_check["EKS insights"] == by_check["EKS add-ons"] == {"ok"}
    assert by_check["EKS versions"] == {"ok"}

    eks.update_cluster_version(name="shop", version="1.35")
    with pytest.raises(RunnerError, match=r"shop is on 1\.35 already"):
        plan(shop, "1.35", tmp_path / "again")
    assert aws.failures() == []


@pytest.mark.usefixtures("aws")
def test_another_account_is_not_asked(tmp_path: Path) -> None:
    file = write_shop(tmp_path)
    file.write_text(file.read_text() + 'account: "210987654321"\n')
    found = plan(loaded(file), "1.35", tmp_path / "plan")
    [row] = [each for each in found.findings if each.check == "EKS"]
    assert row.found == "the credentials are of account 123456789012, not 210987654321"


@pytest.mark.usefixtures("offline")
def test_the_command_prints_steps_and_what_can_be_undone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    done = command(capfd, "upgrade-plan", str(write_shop(tmp_path)), "1.35")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Upgrade of shop from Kubernetes 1.34 to 1.35"
    assert [
        line.partition(":")[0] for line in lines if line[:1].isdigit() and ". " in line[:3]
    ] == [f"{number}. {name}" for number, name in enumerate(NAMES, start=1)]
    assert "What can be undone:" in lines
    assert any("EKS rolls the control plane back by one minor within 7 days" in s for s in lines)
    done = command(capfd, "upgrade-plan", str(tmp_path / "shop.yaml"), "1.35", "--json", "--write")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["shop"]["steps"][1]["name"] == "control plane"
    assert 'shop.yaml: cluster.version: "1.35", cluster.upgrade.nodes: after' in done.stderr
    assert '\n  version: "1.35" # the oldest\n' in (tmp_path / "shop.yaml").read_text()
    again = command(capfd, "upgrade-plan", str(tmp_path / "shop.yaml"), "1.35", "--write")
    assert again.returncode == 1
    assert "EKS was not asked whether the control plane has it too" in again.stderr
    assert "1. configuration: sets the version of the control plane, 1.35" in again.stdout
    refused = command(capfd, "upgrade-plan", str(tmp_path / "shop.yaml"), "1.37")
    assert refused.returncode == 2
    assert "1.37 is not in the version table" in refused.stderr

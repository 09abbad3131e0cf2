"""A command on a platform in several regions: parts, their order, and what stops all of them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from runner.errors import RunnerError
from runner.manifest import Stack
from runner.regions.steps import reversed_steps, steps
from runner.side_by_side.steps import carry_out
from runner.stages import Run, apply, destroy, plan
from support.fake_terraform import FakeTerraform
from support.state_objects import applied, write_stacks
from tools.emulator import LocalAws

WEST = {"state": [], "network": ["state"], "edge": ["network", "shop-euc1-names"]}
CENTRAL = {
    "state": [],
    "names": ["state"],
    "network": ["state"],
    "edge": ["network", "names"],
    "routing": ["edge", "shop-euw1-edge"],
}


@pytest.fixture
def two_regions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Stack]:
    outdir = tmp_path / "cdktf.out"
    monkeypatch.setenv("CDKTF_OUTDIR", str(outdir))
    return write_stacks(outdir, of={"shop-euw1": WEST, "shop-euc1": CENTRAL})


def parts(found: Sequence[Sequence[Run]]) -> list[list[list[str]]]:
    return [[[stack.name for stack in run.part or run.stacks] for run in step] for step in found]


def called(fake: FakeTerraform, command: str) -> list[str]:
    return [call[0] for call in fake.calls if call[1] == command]


def test_regions_come_together_until_one_needs_a_stack_of_another(
    two_regions: list[Stack],
) -> None:
    assert parts(steps(Run(two_regions))) == [
        [
            ["shop-euc1-state", "shop-euc1-names", "shop-euc1-network", "shop-euc1-edge"],
            ["shop-euw1-state", "shop-euw1-network"],
        ],
        [["shop-euw1-edge"]],
        [["shop-euc1-routing"]],
    ]


def test_a_selected_stack_is_run_in_every_region_that_has_it(two_regions: list[Stack]) -> None:
    [together] = steps(Run(two_regions, "network"))
    assert [run.only for run in together] == ["network", "network"]
    # That of the west needs the names of the other region.
    assert [len(step) for step in steps(Run(two_regions, "edge"))] == [1, 1]
    [[alone]] = steps(Run(two_regions, "names"))
    assert alone.stacks[0].environment == "shop-euc1"
    [[named]] = steps(Run(two_regions, "shop-euw1-edge"))
    assert named.stacks[0].environment == "shop-euw1"
    with pytest.raises(RunnerError, match="no stack 'nets'"):
        steps(Run(two_regions, "nets"))


@pytest.mark.parametrize("approve", [True, False], ids=["side by side", "one after the other"])
def test_all_regions_are_applied_and_destroyed_in_order(
    aws: LocalAws, two_regions: list[Stack], fake_terraform: FakeTerraform, approve: bool
) -> None:
    applied(aws, *CENTRAL, environment="shop-euc1")
    applied(aws, *WEST, environment="shop-euw1")
    carry_out("apply", steps(Run(two_regions, approve=approve)))
    order = called(fake_terraform, "apply")
    assert sorted(order) == sorted(stack.name for stack in two_regions)
    assert order.index("shop-euc1-edge") < order.index("shop-euw1-edge")
    assert order[-1] == "shop-euc1-routing"
    if not approve:
        return

    carry_out("destroy", reversed_steps(Run(two_regions, approve=True)))

    order = called(fake_terraform, "destroy")
    assert order[:2] == ["shop-euc1-routing", "shop-euw1-edge"]
    assert sorted(order[2:]) == [
        "shop-euc1-edge",
        "shop-euc1-names",
        "shop-euc1-network",
        "shop-euw1-network",
    ]
    assert order.index("shop-euc1-edge") < order.index("shop-euc1-network")


def test_a_stack_is_not_applied_before_the_stack_of_another_region_that_it_reads(
    aws: LocalAws, two_regions: list[Stack], fake_terraform: FakeTerraform
) -> None:
    applied(aws, "state", environment="shop-euc1")
    applied(aws, "state", "network", environment="shop-euw1")
    [[edge]] = steps(Run(two_regions, "shop-euw1-edge", approve=True))
    for work in (apply, plan):
        with pytest.raises(RunnerError, match="`eks-platform apply shop-euc1 names`"):
            work(edge)
    assert called(fake_terraform, "apply") == []


def test_a_stack_that_another_region_uses_is_not_destroyed(
    aws: LocalAws, two_regions: list[Stack], fake_terraform: FakeTerraform
) -> None:
    applied(aws, "state", "names", environment="shop-euc1")
    applied(aws, *WEST, environment="shop-euw1")
    [[names]] = steps(Run(two_regions, "names", approve=True))
    with pytest.raises(RunnerError, match="shop-euw1-edge still exists"):
        destroy(names)
    assert called(fake_terraform, "destroy") == []

import json
from dataclasses import replace
from pathlib import Path

import pytest

from runner.errors import RunnerError
from runner.manifest import read_manifest, select, waves
from support.state_objects import write_stacks


def test_stacks_come_after_what_they_depend_on(tmp_path: Path) -> None:
    write_stacks(tmp_path)
    document = json.loads((tmp_path / "manifest.json").read_text())
    document["stacks"] = dict(reversed(document["stacks"].items()))
    (tmp_path / "manifest.json").write_text(json.dumps(document))
    assert [stack.short_name for stack in read_manifest(tmp_path)] == [
        "state", "network", "edge", "cluster"
    ]  # fmt: skip


def test_a_stack_knows_its_environment_and_folder(tmp_path: Path) -> None:
    stack = select(write_stacks(tmp_path), "edge")
    assert (stack.name, stack.environment) == ("dev-edge", "dev")
    assert stack.directory == tmp_path / "stacks" / "dev-edge"
    assert select(write_stacks(tmp_path / "again"), "dev-edge").name == "dev-edge"


def test_an_unknown_stack_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match=r"no stack 'egde'\. The stacks are state, network, edge"):
        select(write_stacks(tmp_path), "egde")


def test_a_missing_manifest_is_reported_with_the_command_to_run(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match=r"manifest\.json does not .* Run `eks-platform synth`"):
        read_manifest(tmp_path)


def test_independent_stacks_are_applied_together(tmp_path: Path) -> None:
    stacks = write_stacks(tmp_path)
    edge = select(stacks, "edge")
    beside = replace(edge, name="dev-beside")
    found = waves([*stacks[1:], beside])
    assert [[stack.name for stack in wave] for wave in found] == [
        ["dev-network"],
        ["dev-beside", "dev-edge"],
        ["dev-cluster"],
    ]

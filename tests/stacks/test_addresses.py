"""Addresses, and names that cannot change in place, are a contract with every state there is."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from modules import moves
from modules.moves import MOVES, Move, moved, moved_blocks
from rules.load import EXAMPLES, environments
from runner.binary import binary
from runner.terraform import terraform_environment
from support.environments import environment
from support.output import Output, synthesized_output

ROOT = Path(__file__).parents[2]
GOLDENS = ROOT / "tests" / "goldens"
IMMUTABLE: dict[str, list[str]] = yaml.safe_load((GOLDENS / "immutable.yaml").read_text())

NAMES = [file.stem for file in environments(EXAMPLES)]
COMMAND = f".venv/bin/python -m pytest {Path(__file__).relative_to(ROOT)} --update-goldens"

Stacks = dict[str, Any]


def of_environment(output: Output, name: str) -> list[str]:
    return [stack for stack in output.names if stack.startswith(f"{name}-")]


def short(stack: str) -> str:
    return stack.rpartition("-")[2]


class Goldens:
    """What is checked in; with --update-goldens, what there is now."""

    def __init__(self, *, update: bool) -> None:
        self._update = update

    def agreed(self, file: str, current: Stacks) -> Stacks:
        path = GOLDENS / file
        if self._update:
            path.write_text(json.dumps(current, indent=2) + "\n")
        assert path.is_file(), f"{file} is missing. To write it, run: {COMMAND}"
        return json.loads(path.read_text())


@pytest.fixture
def goldens(pytestconfig: pytest.Config) -> Goldens:
    return Goldens(update=bool(pytestconfig.getoption("update_goldens")))


@pytest.mark.parametrize("name", NAMES)
def test_addresses_are_a_contract(output: Output, goldens: Goldens, name: str) -> None:
    """A renamed address destroys its resource, unless modules/moves.py moves it."""
    addresses = {
        stack: sorted(output.stack(stack).addresses) for stack in of_environment(output, name)
    }
    agreed = goldens.agreed(f"{name}.addresses.json", addresses)
    assert addresses == {
        stack: sorted(moved(short(stack), address) for address in before)
        for stack, before in agreed.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_names_that_cannot_change_in_place_are_a_contract(
    output: Output, goldens: Goldens, name: str
) -> None:
    """A resource with another such name is destroyed and made anew at the same address."""
    names = {
        stack: {
            f"{type_}.{id_}": {key: body[key] for key in IMMUTABLE[type_] if key in body}
            for type_, id_, body in sorted(output.stack(stack), key=lambda each: each[:2])
            if type_ in IMMUTABLE
        }
        for stack in of_environment(output, name)
    }
    agreed = goldens.agreed(f"{name}.names.json", names)
    assert names == {
        stack: {moved(short(stack), address): body for address, body in before.items()}
        for stack, before in agreed.items()
    }


def test_every_immutable_argument_is_in_use(output: Output) -> None:
    used = {
        (type_, key)
        for stack in output.names
        for type_, _, body in output.stack(stack)
        for key in body
    }
    assert {(type_, key) for type_, keys in IMMUTABLE.items() for key in keys} <= used


def test_moves_lead_from_removed_to_existing_addresses(
    output: Output,
) -> None:
    addresses = {
        stack: {
            address
            for each in output.names
            if short(each) == stack
            for address in output.stack(each).addresses
        }
        for stack in MOVES
    }
    for stack, all_moves in MOVES.items():
        for move in all_moves:
            assert moved(stack, move.new) in addresses[stack]
            assert move.old not in addresses[stack]


def test_a_resource_that_moved_twice_is_found() -> None:
    twice = {"network": [Move("aws_vpc.a", "aws_vpc.b"), Move("aws_vpc.b", "aws_vpc.c")]}
    assert moved("network", "aws_vpc.a", twice) == "aws_vpc.c"
    assert moved("network", "aws_vpc.other", twice) == "aws_vpc.other"
    assert moved("cluster", "aws_vpc.a", twice) == "aws_vpc.a"


def test_moves_are_in_the_stack_that_they_are_declared_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    declared = {"network": [Move("aws_vpc.old", "aws_vpc.vpc")]}
    monkeypatch.setattr(moves, "MOVES", declared)
    made = synthesized_output(tmp_path, environment())
    assert made.stack("test-network").json["moved"] == [
        {"from": "aws_vpc.old", "to": "aws_vpc.vpc"}
    ]
    assert "moved" not in made.stack("test-cluster").json


@pytest.mark.terraform
def test_terraform_moves_what_is_declared_and_destroys_nothing(tmp_path: Path) -> None:
    def terraform(*arguments: str) -> str:
        return subprocess.run(
            [binary(os.environ), *arguments],
            cwd=tmp_path,
            env=terraform_environment(),
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def write(name: str, blocks: list[dict[str, str]]) -> None:
        # Terraform's own resource needs no provider.
        text = {"resource": {"terraform_data": {name: {"input": "kept"}}}, "moved": blocks}
        (tmp_path / "cdk.tf.json").write_text(json.dumps(text))

    write("old", [])
    terraform("init", "-input=false")
    terraform("apply", "-auto-approve", "-input=false")
    move = Move("terraform_data.old", "terraform_data.new")
    write("new", moved_blocks("cluster", {"cluster": [move]}))
    plan = terraform("plan", "-input=false", "-no-color")
    assert "terraform_data.old has moved to terraform_data.new" in plan
    assert "0 to add, 0 to change, 0 to destroy" in plan

"""The settings that a plan's page names are those that change the argument (M7)."""

import json
import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
import yaml

from modules.merge import merged
from rules.load import EXAMPLES, load, written_settings
from runner.plan_page.model import Attribute, Change, StackPage
from runner.plan_page.settings import is_setting, paths, rows, with_settings
from support.output import synthesized_output

CHANGES: Final[list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "setting_changes.yaml").read_text(encoding="utf-8")
)

Resources = dict[str, dict[str, Any]]


def resources_of(file: Path) -> Resources:
    with TemporaryDirectory() as folder:
        output = synthesized_output(Path(folder), *load([file]))
        stacks = [output.stack(name) for name in output.names]
        return {address: body for each in stacks for address, body in each.by_address().items()}


@cache
def resources_of_example(name: str) -> Resources:
    return resources_of(EXAMPLES / f"{name}.yaml")


def variant(name: str, settings: dict[str, Any], folder: Path) -> Path:
    original = EXAMPLES / f"{name}.yaml"
    file = folder / original.name
    own = {"extends": os.path.relpath(original, folder), "name": name}
    file.write_text(json.dumps(merged(own, settings)))
    return file


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_the_argument_changes_with_the_setting(number: int, tmp_path: Path) -> None:
    change = CHANGES[number]
    before = resources_of_example(change["example"])
    after = resources_of(variant(change["example"], change["settings"], tmp_path))
    same = [
        f"{setting}: {address} {argument}"
        for setting, expected in change["expected"].items()
        for address, argument in expected.items()
        if _value(before, address, argument) == _value(after, address, argument)
    ]
    assert same == []


def _value(resources: Resources, address: str, argument: str) -> object:
    if not argument:
        return address in resources
    assert argument in resources[address], argument
    return resources[address][argument]


def test_each_row_of_the_table_is_tried_with_each_of_its_settings() -> None:
    tried = {
        (row, number)
        for change in CHANGES
        for setting, expected in change["expected"].items()
        for address, argument in expected.items()
        for row in rows()
        for number, path in enumerate(row.paths(address, argument))
        if ".".join(path) == setting
    }
    left = [
        f"{row.resource} {','.join(row.arguments)}: {setting}"
        for row in rows()
        for number, setting in enumerate(row.settings)
        if (row, number) not in tried
    ]
    assert left == []


def test_the_page_names_file_and_line_of_the_setting_that_a_file_sets(tmp_path: Path) -> None:
    settings = {"network": {"private_subnets": {"cidrs": {"a": "10.1.41.0/24"}}}}
    file = variant("dev", settings, tmp_path)
    page = StackPage(
        "dev-network",
        "planned",
        changes=(
            Change("aws_subnet.private_a", "replace", attributes=(Attribute("cidr_block"),)),
            Change("aws_nat_gateway.nat_c", "destroy"),
        ),
    )
    replaced, destroyed = with_settings(page, written_settings([file])["dev"]).changes
    (cidr,) = replaced.attributes
    line = next(
        number
        for number, text in enumerate((EXAMPLES / "dev.yaml").read_text().splitlines(), 1)
        if text.startswith("  cidr:")
    )
    assert cidr.settings == (
        f"{file}:1 network.private_subnets.cidrs.a",
        f"examples/environments/dev.yaml:{line} network.cidr",
    )
    assert replaced.settings == ()
    assert len(destroyed.settings) > 0
    assert all(" network." in each for each in destroyed.settings)


def test_a_setting_that_was_removed_is_named_without_a_line(tmp_path: Path) -> None:
    file = variant("dev", {}, tmp_path)
    page = StackPage(
        "dev-cluster", "planned", changes=(Change("aws_eks_node_group.node_group_gpu", "destroy"),)
    )
    (change,) = with_settings(page, written_settings([file])["dev"]).changes
    assert change.settings == (f"cluster.node_groups.gpu, which {file} does not set",)


@pytest.mark.parametrize("address", ["helm_release.kube_prometheus_stack", "aws_instance.other"])
def test_no_setting_is_named_that_there_is_not(address: str) -> None:
    assert [*paths(address, "")] == []


def test_every_path_of_the_table_without_a_key_is_a_setting() -> None:
    wrong = [
        setting
        for row in rows()
        for setting in row.settings
        if not is_setting(tuple(setting.split("{", maxsplit=1)[0].strip(".").split(".")))
    ]
    assert [each for each in wrong if not each.startswith("network.{tier}_subnets")] == []

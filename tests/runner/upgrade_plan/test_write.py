"""`--write`: the settings of the next step in the file of the environment, and nothing else."""

from pathlib import Path

import pytest

from rules.load import load, load_with_warnings
from runner.errors import RunnerError
from runner.upgrade_plan.command import next_settings
from runner.upgrade_plan.file import write
from runner.upgrade_plan.minors import MinorUpgrade
from support.upgrades import loaded, write_shop

SETTINGS = {"cluster.version": "1.35", "cluster.upgrade.nodes": "after"}

FORMS = {
    "a line with a comment": (
        'cluster:\n  # one behind\n  version: "1.34" # the oldest\n  zonal_shift: true\n',
        'cluster:\n  upgrade:\n    nodes: after\n  # one behind\n  version: "1.35" # the oldest\n'
        "  zonal_shift: true\n",
    ),
    "single quotes": (
        "cluster:\n  version: '1.34'\n  upgrade: {nodes: together}\n",
        "cluster:\n  version: '1.35'\n  upgrade: {nodes: after}\n",
    ),
    "braces": (
        'cluster: {version: "1.34", zonal_shift: true} # all\n',
        'cluster: {upgrade: {nodes: after}, version: "1.35", zonal_shift: true} # all\n',
    ),
    "a section inside": (
        'cluster:\n    version: "1.34"\n    upgrade:\n      # later\n'
        "      force_update_version: false\n",
        'cluster:\n    version: "1.35"\n    upgrade:\n      nodes: after\n      # later\n'
        "      force_update_version: false\n",
    ),
    "a version that another file has": (
        "network: {nat: single} # one\n",
        'network: {nat: single} # one\ncluster:\n  version: "1.35"\n  upgrade:\n    nodes: after\n',
    ),
    "no end of the last line": (
        'cluster:\n  version: "1.34"',
        'cluster:\n  upgrade:\n    nodes: after\n  version: "1.35"',
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_only_the_settings_differ_and_comments_stay(tmp_path: Path, form: str) -> None:
    before, after = FORMS[form]
    file = write_shop(tmp_path, before)
    if "version" not in before:
        dev = tmp_path / "dev.yaml"
        dev.write_text(dev.read_text().replace("cluster:\n", 'cluster:\n  version: "1.34"\n'))
    said = write(loaded(file), SETTINGS)
    assert file.read_text() == f"extends: dev.yaml\nname: shop\n{after}"
    assert said.endswith('shop.yaml: cluster.version: "1.35", cluster.upgrade.nodes: after')
    [environment] = load([file])
    assert (environment.cluster.version, environment.cluster.upgrade.nodes) == ("1.35", "after")


def test_windows_line_ends_stay(tmp_path: Path) -> None:
    file = write_shop(tmp_path, 'cluster:\n  version: "1.34"\n')
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    write(loaded(file), SETTINGS)
    text = b'cluster:\r\n  upgrade:\r\n    nodes: after\r\n  version: "1.35"\r\n'
    assert file.read_bytes().endswith(text)


def test_a_form_that_is_not_edited_is_left_alone_with_the_lines_to_write(tmp_path: Path) -> None:
    text = 'network: {pods: &same {}}\ncluster:\n  version: &v "1.34"\n'
    file = write_shop(tmp_path, text)
    before = file.read_bytes()
    with pytest.raises(RunnerError) as refused:
        write(loaded(file), SETTINGS)
    assert file.read_bytes() == before
    assert 'Set by hand:\n  cluster.version: "1.35"\n' in str(refused.value)


def test_one_region_of_a_platform_is_upgraded_before_the_other(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(
        "name: shop\naccount: '123456789012'\nadmins: [arn:aws:iam::123456789012:role/a]\n"
        "edge: {plain_http: true}\ncluster: {version: '1.34'}\nregions:\n"
        "  eu-west-1:\n    code: euw1\n    settings: {network: {cidr: 10.1.0.0/16}}\n"
        "  eu-central-1:\n    code: euc1\n    settings: {network: {cidr: 10.2.0.0/16}}\n"
    )
    [first, _] = load_with_warnings([file])
    write(first, SETTINGS)
    assert [each.cluster.version for each in load([file])] == ["1.35", "1.34"]


@pytest.mark.parametrize(
    ("running", "configured", "said"),
    [
        ("1.34", False, {"cluster.version": "1.35", "cluster.upgrade.nodes": "after"}),
        (None, False, {"cluster.version": "1.35", "cluster.upgrade.nodes": "after"}),
        ("1.34", True, "the apply of the control plane, which runs 1.34"),
        ("1.35", True, {"cluster.upgrade.nodes": "together"}),
        (None, True, "EKS was not asked"),
    ],
)
def test_what_is_written_is_the_next_step(
    running: str | None, configured: bool, said: dict[str, str] | str
) -> None:
    upgrade = MinorUpgrade("shop", "1.34", "1.35", running, configured)
    if isinstance(said, str):
        with pytest.raises(RunnerError, match=said):
            next_settings(upgrade)
    else:
        assert next_settings(upgrade) == said

"""A version has one number, a heading in CHANGELOG with its upgrade, and a record (M13)."""

import re
from pathlib import Path

import pytest

from runner.version import project_version
from support.command import command
from tools.record_release import GOLDENS, RECORDED, STACKS, read, record

PROJECT = Path(__file__).parents[1]

CHANGELOG = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")

HEADINGS = re.findall(r"^## (\d+\.\d+\.\d+)(?: \((.*)\))?$", CHANGELOG, re.MULTILINE)
"""Number and date of each version, the newest first."""

SEMANTIC = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-dev)?")
"""https://semver.org, with the one pre-release that is used here."""


def section(version: str) -> str:
    """What CHANGELOG says of a version."""
    [text] = re.findall(
        rf"^## {re.escape(version)}\b.*?(?=^## |\Z)", CHANGELOG, re.MULTILINE | re.DOTALL
    )
    return text


def test_the_version_is_semantic_and_has_the_first_heading_of_the_changelog() -> None:
    version = project_version()
    assert SEMANTIC.fullmatch(version)
    (newest, date), *_ = HEADINGS
    assert newest == version.removesuffix("-dev")
    assert (date == "unreleased") == version.endswith("-dev")


def test_all_versions_before_are_released_and_older_the_further_down() -> None:
    numbers = [tuple(map(int, version.split("."))) for version, _ in HEADINGS]
    assert numbers == sorted(set(numbers), reverse=True)
    dates = [date for _, date in HEADINGS[1:]]
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", date) for date in dates), dates
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize("option", [("--version",), ("--version", "plan", "no-such-environment")])
def test_the_program_prints_the_version(
    option: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    done = command(capsys, *option)
    assert (done.returncode, done.stdout) == (0, f"eks-platform {project_version()}\n")


def test_every_released_version_that_can_be_upgraded_from_is_recorded() -> None:
    """0.1.0 wrote the same output as 0.2.0."""
    released = {version for version, _ in HEADINGS[1:]} - {"0.1.0"}
    assert {each.name for each in RECORDED.iterdir() if each.is_dir()} == released
    for version in released:
        folder = RECORDED / version
        names = {*(f"dev-{name}.json.gz" for name in STACKS), "prod.json.gz"}
        assert {each.name for each in folder.iterdir()} == names
        assert set(read(folder / "prod.json.gz")) == set(GOLDENS)
        assert all("resource" in read(folder / f"dev-{name}.json.gz") for name in STACKS)


def test_a_record_has_no_comments_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in STACKS:
        file = tmp_path / "stacks" / f"dev-{name}" / "cdk.tf.json"
        file.parent.mkdir(parents=True)
        file.write_text('{"//": {"a": 1}, "resource": {"a": [{"//": 1, "b": 2}]}}')
    for folder in ("first", "second"):
        record(tmp_path / folder, tmp_path, PROJECT / "tests" / "goldens")
    file = f"dev-{STACKS[0]}.json.gz"
    assert read(tmp_path / "first" / file) == {"resource": {"a": [{"b": 2}]}}
    assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()

"""`make images ARGS=--digests` records the digests of images, and the script copies those (M10)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.errors import RunnerError
from runner.images import command
from runner.images.command import print_images
from runner.images.digests import FILE, record_digests, recorded_digests
from runner.images.model import ListedImage, Listing
from runner.images.script import script_of
from support.environments import environment
from support.image_registry import ImageRegistry, serving

TARGET = "registry.example/copies"


@pytest.fixture
def registry() -> Iterator[ImageRegistry]:
    with serving() as registry:
        registry.images = {"jetstack/controller:v1": "one", "redis:latest": "two"}
        yield registry


def test_digests_are_computed_recorded_and_kept(registry: ImageRegistry, tmp_path: Path) -> None:
    controller = f"{registry.host}/jetstack/controller:v1"
    given = f"{registry.host}/own/thing:1@sha256:{'0' * 64}"
    names = [controller, f"{registry.host}/redis", given]
    first = record_digests(names, tmp_path)
    assert (first.added, first.problems) == (2, ())
    assert recorded_digests(tmp_path) == {
        controller: registry.digest("jetstack/controller:v1"),
        f"{registry.host}/redis": registry.digest("redis:latest"),
    }
    written = (tmp_path / FILE).read_bytes()
    assert record_digests(names, tmp_path).added == 0
    assert (tmp_path / FILE).read_bytes() == written


def test_a_moved_tag_is_named_and_its_digest_stays(registry: ImageRegistry, tmp_path: Path) -> None:
    name = f"{registry.host}/jetstack/controller:v1"
    record_digests([name], tmp_path)
    before = recorded_digests(tmp_path)[name]
    registry.images["jetstack/controller:v1"] = "another"
    moved = record_digests([name], tmp_path)
    now = registry.digest("jetstack/controller:v1")
    assert moved.problems == (
        f"{name} is {now} now, and {before} in image-digests.json: its tag was moved. To take the "
        "image of now, remove its line and run this again.",
    )
    assert recorded_digests(tmp_path) == {name: before}


def test_no_digest_is_made_up(registry: ImageRegistry, tmp_path: Path) -> None:
    """Neither of an image that is not there, nor of one that is not what was announced."""
    registry.announced["redis:latest"] = f"sha256:{'0' * 64}"
    names = [f"{registry.host}/no/such:1", f"{registry.host}/redis"]
    done = record_digests(names, tmp_path)
    missing, wrong = done.problems
    assert "no/such:1 is not known: " in missing
    assert missing.endswith("HTTP 404")
    assert f"announces sha256:{'0' * 64}, and sends {registry.digest('redis:latest')}" in wrong
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("text", ["[]", "{", '{"a": "latest"}'])
def test_a_file_that_has_no_digests_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(RunnerError, match=FILE):
        recorded_digests(tmp_path)


def test_the_command_records_and_the_script_copies_what_is_recorded(
    registry: ImageRegistry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = f"{registry.host}/jetstack/controller:v1"

    def listing(_: object, digests: dict[str, str]) -> Listing:
        image = ListedImage(f"{TARGET}/jetstack/controller:v1", source, ("a",), digests.get(source))
        return Listing("test", (), (image,), {}, TARGET, None)

    monkeypatch.setattr(command, "listing", listing)
    test = environment(platform={"charts": {"image_registry": TARGET}})
    assert print_images([test], json=False, script=True, record=True, folder=tmp_path) == 0
    digest = registry.digest("jetstack/controller:v1")
    printed = capsys.readouterr()
    copy = f"crane copy {source}@{digest} {TARGET}/jetstack/controller:v1"
    assert copy in printed.out.splitlines()
    assert f"1 digests of images added to {tmp_path / FILE}." in printed.err
    # From then on without a network.
    registry.images.clear()
    assert print_images([test], json=False, script=True, folder=tmp_path) == 0
    assert copy in capsys.readouterr().out.splitlines()
    assert print_images([test], json=True, script=False, folder=tmp_path) == 0
    [image] = json.loads(capsys.readouterr().out)["test"]["images"]
    assert image["digest"] == digest
    assert print_images([test], json=False, script=False, folder=tmp_path) == 0
    assert f"{digest}  (a)" in capsys.readouterr().out
    assert print_images([test], json=False, script=False, record=True, folder=tmp_path) == 1
    assert "is not known: " in capsys.readouterr().err


def test_an_image_without_a_recorded_digest_is_copied_by_its_tag() -> None:
    image = ListedImage(f"{TARGET}/a:1", "quay.io/a:1", ())
    script = script_of(Listing("test", (), (image,), {}, TARGET, None))
    assert f"crane copy quay.io/a:1 {TARGET}/a:1" in script.splitlines()

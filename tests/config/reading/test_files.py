"""Files that cannot be read, or only at a price: each is answered with one clear line."""

import os
from pathlib import Path

import pytest

from config.reading import text_file, yaml_file
from config.reading.yaml_file import parse
from rules.load import load
from rules.validate import SPEC
from support.environment_files import Project

HEAD = b"extends: good.yaml\nname: dev\n"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (
            HEAD + "tags: {city: Zürich}".encode("latin-1"),
            "dev.yaml:3:15: is not UTF-8 text: byte 0xfc",
        ),
        ("name: dev".encode("utf-16"), "dev.yaml:1:1: is not UTF-8 text: byte 0xff"),
        ("tags: {ä: é}\n".encode() + b"\xe9", "dev.yaml:2:1: is not UTF-8 text: byte 0xe9"),
        ("tags: {ä: é".encode() + b"\xe9", "dev.yaml:1:12: is not UTF-8 text: byte 0xe9"),
        (
            HEAD + b"tags: {a: b\x07}",
            "dev.yaml:3:12: has a character that YAML does not allow: U+0007",
        ),
        (b"\0", "dev.yaml:1:1: has a character that YAML does not allow: U+0000"),
        (b"a" * (text_file.MAX_BYTES + 1), "dev.yaml: is larger than 256 KiB"),
        (b"a: " + b"[" * 100_000, "dev.yaml:1:43: is nested more than 40 levels deep"),
        (b"a: " + b"{b: " * 50_000, "dev.yaml:1:160: is nested more than 40 levels deep"),
        (b"- " * 100_000, "dev.yaml:1:81: is nested more than 40 levels deep"),
        (b"? " * 100_000, "dev.yaml:1:81: is nested more than 40 levels deep"),
        (
            b"a: [" + b"1," * 30_000 + b"]",
            "dev.yaml:1:39999: exceeds the limit of 20000 values in a file",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_unreadable_content(project: Project, content: bytes, error: str) -> None:
    project.write("dev.yaml", content)

    assert project.errors("dev.yaml") == [error]


def test_aliases_that_multiply(project: Project) -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    project.write("dev.yaml", "\n".join(levels))

    assert project.errors("dev.yaml") == [
        "dev.yaml:5:10: exceeds the limit of 20000 values in a file"
    ]


def test_aliases_that_deepen(project: Project) -> None:
    levels = ["a0: &a0 [x]", *(f"a{n}: &a{n} [[*a{n - 1}]]" for n in range(1, 30))]
    project.write("dev.yaml", "\n".join(levels))

    assert project.errors("dev.yaml") == ["dev.yaml:21:13: is nested more than 40 levels deep"]


def test_aliases_within_the_limits_stand_for_their_values(project: Project) -> None:
    blocks = "{a: 10.0.1.0/24}"
    project.write(
        "dev.yaml",
        HEAD.decode() + "admins: &admins [arn:aws:iam::123456789012:user/a]\n"
        f"network: {{public_subnets: {{cidrs: &c {blocks}}}, nat: &nat single}}\n"
        "tags: {team: *nat}\n",
    )

    (environment,) = load(["dev.yaml"])

    assert environment.tags == {"team": "single"}


def test_an_alias_stands_for_the_last_value_before_it(project: Project) -> None:
    tags = "{a: &x one, b: &y {c: *x}, d: &x two, e: *y, f: *x}"
    found = parse(project.folder / "dev.yaml", f"tags: {tags}\n", SPEC).written

    assert found is not None
    assert found.find(("tags", "e", "c")) == "one"
    assert found.find(("tags", "f")) == "two"
    assert found.locate(("tags", "e", "c")).column == tags.index("*y") + len("tags: ") + 1


def test_windows_line_ends_and_a_byte_order_mark_are_accepted(project: Project) -> None:
    text = "extends: good.yaml\r\nname: dev\r\nnetwork:\r\n  nat: singel\r\n"
    project.write("dev.yaml", b"\xef\xbb\xbf" + text.encode())

    assert [line.split(" (")[0] for line in project.errors("dev.yaml")] == [
        "dev.yaml:4:8: network.nat: is not one of the choices"
    ]


def test_a_pipe_is_refused_rather_than_waited_for(project: Project) -> None:
    os.mkfifo(project.folder / "dev.yaml")

    assert project.errors("dev.yaml") == ["dev.yaml: is not a regular file"]


def test_broken_and_circular_symbolic_links(project: Project) -> None:
    (project.folder / "dev.yaml").symlink_to("gone.yaml")
    (project.folder / "a.yaml").symlink_to("a.yaml")
    (project.folder / "loop").symlink_to("loop")

    assert project.errors("dev.yaml", "a.yaml", "loop/x.yaml") == [
        "a.yaml: is not a regular file",
        "dev.yaml: is not a regular file",
        "loop/x.yaml: is not the path of a file",
    ]


def test_a_linked_file_has_the_name_of_the_link(project: Project) -> None:
    project.write("shared/any.yaml", "extends: good.yaml\nname: dev\n")
    (project.folder / "dev.yaml").symlink_to("shared/any.yaml")

    assert [environment.name for environment in load(["dev.yaml"])] == ["dev"]


def test_names_that_no_file_can_have(project: Project) -> None:
    assert set(project.errors("a\0.yaml", "a\0/b.yaml", f"{'x' * 300}.yaml")) == {
        "a\\x00.yaml: does not exist",
        "a\\x00/b.yaml: is not the path of a file",
        f"{'x' * 300}.yaml: cannot be read: File name too long",
    }


def test_a_file_that_the_system_refuses_to_open(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("dev.yaml", HEAD)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    assert project.errors("dev.yaml") == ["dev.yaml: cannot be read: Permission denied"]


def test_the_limits_leave_room_for_real_files() -> None:
    assert yaml_file.MAX_DEPTH >= 40
    assert yaml_file.MAX_VALUES >= 20_000

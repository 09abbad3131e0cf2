"""Whatever a file holds, loading it ends in an environment or in a `ConfigError`."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.environment import Environment
from config.reading.report import LONGEST_VALUE
from rules.load import EXAMPLES, ConfigError, load
from support.environment_files import full_settings
from support.properties import examples

GOOD: dict[str, Any] = {
    "name": "dev",
    "account": "123456789012",
    "region": "eu-west-1",
    "admins": ["arn:aws:iam::123456789012:role/admin"],
    "tags": {"team": "platform"},
    "edge": {"plain_http": True},
    "state": {"lock": "both", "replica_region": "eu-central-1"},
    "network": {
        "cidr": "10.0.0.0/16",
        "availability_zones": ["a", "b"],
        "nat": "single",
        "private_subnets": {"cidrs": {"a": "10.0.32.0/20"}, "prefix_length": 20},
        "flow_logs": {"retention_days": 30},
    },
}

FULL: dict[str, Any] = full_settings() | {"name": "dev"}

SETTINGS = [
    *("extends", "name", "account", "tags", "state", "network", "nat", "cidr", "cidrs", "a", "b"),
    *("availability_zones", "private_subnets", "prefix_length", "flow_logs", "retention_days"),
]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.sampled_from(["dev", "dev.yaml", "10.0.0.0/16", "0.0.0.0/0", "255.255.255.255/32", "g"])
    | st.integers(0, 32).map(lambda length: f"10.0.0.0/{length}")
)
KEYS = st.sampled_from(SETTINGS) | st.text(max_size=4) | st.integers() | st.none()
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
MANY = settings(
    max_examples=examples(80), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def outcome(folder: Path, content: bytes) -> Environment | ConfigError:
    """Loads a file and checks what holds of every result."""
    file = folder / "dev.yaml"
    file.write_bytes(content)
    try:
        (environment,) = load([file])
    except ConfigError as error:
        check_lines(error, file)
        return error
    assert environment.name == "dev"
    return environment


def check_lines(error: ConfigError, file: Path) -> None:
    lines = str(error).splitlines()
    assert len(lines) == len(error.problems) == len(set(lines)) > 0
    for line in lines:
        assert line.isprintable()
        assert line.startswith(str(file))


def paths_of(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(tree, dict | list):
        children = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for key, inner in children:
            yield from paths_of(inner, (*path, key))


def replaced(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = tree.copy()
    copy[path[0]] = replaced(tree[path[0]], path[1:], value)
    return copy


@MANY
@given(tree=TREES)
def test_any_tree(folder: Path, tree: Any) -> None:
    outcome(folder, yaml.safe_dump(tree, allow_unicode=True).encode(errors="surrogatepass"))


@MANY
@given(path=st.sampled_from(list(paths_of(GOOD))), value=TREES)
def test_any_value_at_any_setting_of_a_good_file(
    folder: Path, path: tuple[Any, ...], value: Any
) -> None:
    text = yaml.safe_dump(replaced(GOOD, path, value), allow_unicode=True)
    outcome(folder, text.encode(errors="surrogatepass"))


@settings(MANY, max_examples=examples(25))
@given(path=st.sampled_from(list(paths_of(FULL))), value=TREES)
def test_any_value_at_any_setting_of_the_file_with_all_options(
    folder: Path, path: tuple[Any, ...], value: Any
) -> None:
    text = yaml.safe_dump(replaced(FULL, path, value), allow_unicode=True)
    outcome(folder, text.encode(errors="surrogatepass"))


@MANY
@given(content=st.binary(max_size=200))
def test_any_bytes(folder: Path, content: bytes) -> None:
    assert isinstance(outcome(folder, content), ConfigError)


@MANY
@given(
    position=st.integers(0, 400),
    length=st.integers(0, 20),
    inserted=st.text(st.sampled_from("{}[]:,&*!|>'\"%@`#?-<\t\n ~0axyno=."), max_size=6),
)
def test_any_typing_error(folder: Path, position: int, length: int, inserted: str) -> None:
    text = yaml.safe_dump(GOOD, sort_keys=False)
    outcome(folder, (text[:position] + inserted + text[position + length :]).encode())


@MANY
@given(text=st.text(max_size=120))
def test_any_text_is_shown_shortened(folder: Path, text: str) -> None:
    found = outcome(folder, yaml.safe_dump({**GOOD, "region": f"?{text}"}).encode())

    assert isinstance(found, ConfigError)
    value = str(found).partition("region: is not an AWS region (")[2].partition("); allowed")[0]
    assert len(value.replace('\\"', '"')) <= LONGEST_VALUE + 2


def test_the_good_file_of_these_tests_is_good(folder: Path) -> None:
    found = outcome(folder, yaml.safe_dump(GOOD).encode())

    assert isinstance(found, Environment)


def test_the_projects_own_file_is_good(folder: Path) -> None:
    text = (EXAMPLES / "dev.yaml").read_bytes()
    (folder / "base.yaml").write_bytes((EXAMPLES / "base.yaml").read_bytes())

    assert isinstance(outcome(folder, text), Environment)

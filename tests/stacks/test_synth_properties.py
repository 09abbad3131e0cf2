"""Whatever combination of options a file sets, it is refused by a rule or it synthesizes."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from config.derived.limits import LimitError
from config.environment import Environment
from config.reading.field_spec import FieldSpec
from rules.registration import broken
from stacks.app import synthesize
from support.environment_files import full_settings
from support.environments import MINIMAL
from support.properties import examples

Option = tuple[tuple[str, ...], Any]

WITHOUT_DOMAIN = MINIMAL | {"edge": {"plain_http": True}}

SPEC = FieldSpec.of_model(Environment)


def options(section: FieldSpec, prefix: tuple[str, ...] = ()) -> Iterator[Option]:
    """Every value of the settings that one chooses from, and the ends of every range."""
    for key in section.keys:
        spec, path = section.child(key), (*prefix, key)
        assert spec is not None
        yield from ((path, choice) for choice in spec.choices)
        match spec.kind:
            case "section":
                yield from options(spec, path)
            case "boolean":
                yield from ((path, False), (path, True))
            case "integer" | "number":
                yield from ((path, end) for end in (spec.minimum, spec.maximum) if end is not None)
            case _:
                pass


OPTIONS = list(options(SPEC))


def with_option(tree: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    key, *rest = path
    return {**tree, key: with_option(tree.get(key, {}), tuple(rest), value) if rest else value}


def valid(tree: dict[str, Any]) -> Environment | None:
    with suppress(ValidationError):
        environment = Environment.model_validate(tree)
        return environment if not list(broken(environment)) else None
    return None


def environment_with(tree: dict[str, Any], chosen: list[Option]) -> Environment:
    """Adds the options that the rules let one add, one after the other."""
    environment = valid(tree)
    for path, value in chosen:
        changed = with_option(tree, path, value)
        if found := valid(changed):
            tree, environment = changed, found
    assert environment is not None
    return environment


# Derandomized, so that the same examples run everywhere.
@settings(
    max_examples=examples(12),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    base=st.sampled_from(["minimal", "full"]),
    chosen=st.lists(st.sampled_from(OPTIONS), min_size=4, max_size=40),
)
def test_options_that_the_rules_accept_synthesize(
    tmp_path: Path, base: str, chosen: list[Option]
) -> None:
    environment = environment_with(full_settings() if base == "full" else WITHOUT_DOMAIN, chosen)

    with suppress(LimitError):
        synthesize([environment], tmp_path)

        assert (tmp_path / "stacks" / f"{environment.name}-platform" / "cdk.tf.json").is_file()

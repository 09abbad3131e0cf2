"""Rules of Falco."""

from collections.abc import Iterator
from typing import Any, Final

import yaml

from config.environment import Environment
from config.problem import Problem
from rules.registry import rule

FALCO: Final = ("platform", "falco")

ENTRIES: Final = ("rule", "macro", "list", "required_engine_version", "required_plugin_versions")
"""Types of entries of a rules file, by their first key.
https://falco.org/docs/concepts/rules/basic-elements/"""


@rule("platform")
def falco_has_an_alertmanager(environment: Environment) -> Iterator[Problem]:
    """Falco sends alerts to Alertmanager, which must be installed."""
    settings = environment.platform.falco
    if settings.enabled and settings.alerts and not environment.platform.monitoring.enabled:
        message = "needs Alertmanager, and platform.monitoring is switched off"
        yield Problem((*FALCO, "alerts"), message, value=True, allowed="false")


@rule("platform")
def falco_can_read_its_rules(environment: Environment) -> Iterator[Problem]:
    """Rules files are YAML lists of known entries: Falco does not start otherwise."""
    for name, text in environment.platform.falco.rules.items():
        path = (*FALCO, "rules", name)
        try:
            entries = yaml.safe_load(text)
        except yaml.YAMLError as error:
            yield Problem(path, f"is not YAML: {_in_short(error)}")
            continue
        if not isinstance(entries, list):
            yield Problem(path, "is not a list", allowed=f"a list of {', '.join(ENTRIES)}")
            continue
        for number, entry in enumerate(entries, start=1):
            if not _is_entry(entry):
                allowed = f"one of {', '.join(ENTRIES)}"
                yield Problem(path, f"has an unknown type in entry {number}", allowed=allowed)


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and len(set(ENTRIES) & set(entry)) == 1


def _in_short(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error)

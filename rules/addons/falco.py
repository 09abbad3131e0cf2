"""Rules of Falco."""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from config.environment import Environment
from config.problem import Problem
from modules.addons.catalog import platform_releases
from modules.capacity.pods import value_at
from rules.registration import rule

FALCO: Final = ("platform", "falco")

ARTIFACTS: Final = (
    "falcoctl.config.artifact.install.refs.0",
    "collectors.containerEngine.pluginRef",
)
"""Values of the chart with the addresses of rules and plugin."""

PRIVATE_ECR: Final = re.compile(r"\d{12}\.dkr[.-]ecr\.")
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html"""

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


@rule("platform", severity="warning")
def falco_can_log_in_to_its_registry(environment: Environment) -> Iterator[Problem]:
    """Falco downloads rules and plugin from the image registry, without a login to ECR."""
    if not environment.platform.falco.enabled:
        return
    [falco] = [each for each in platform_releases(environment) if each.name == "falco"]
    for path in ARTIFACTS:
        artifact = str(value_at(falco.values, path))
        if PRIVATE_ECR.match(artifact):
            yield Problem(
                ("platform", "charts", "image_registry"),
                "is a private registry of ECR, to which falcoctl cannot log in: Falco's pods do "
                "not start. Name another registry in platform.falco.values, at "
                f"{path} (docs/charts.md)",
                artifact,
            )


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and len(set(ENTRIES) & set(entry)) == 1


def _in_short(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error)

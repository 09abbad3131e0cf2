"""Environments for tests, valid but for what a test changes."""

from typing import Any

from config.environment import Environment
from config.problem import Path, Problem
from rules.load import EXAMPLES, load
from rules.registration import broken, warnings

MINIMAL: dict[str, Any] = {
    "name": "test",
    "account": "123456789012",
    "region": "eu-west-1",
    "admins": ["arn:aws:iam::123456789012:role/platform-admin"],
}


def example(name: str) -> Environment:
    """One of examples/environments."""
    (loaded,) = load([EXAMPLES / f"{name}.yaml"])
    return loaded


def environment(**settings: Any) -> Environment:
    """An environment with some settings, and defaults for the rest.

    It needs no domain, unless its settings say otherwise.
    """
    edge = {"plain_http": True, **settings.get("edge", {})}
    return Environment.model_validate({**MINIMAL, **settings, "edge": edge})


def problems(environment: Environment) -> list[Problem]:
    """Every problem that a rule finds."""
    return list(broken(environment))


def refused(**settings: Any) -> dict[Path, str]:
    """What rules find wrong with an environment of these settings, by where it stands."""
    return {problem.path: problem.message for problem in problems(environment(**settings))}


def warned(**settings: Any) -> dict[Path, str]:
    """What rules advise against in an environment of these settings, by where it stands."""
    return {problem.path: problem.message for problem in warnings(environment(**settings))}

"""Rules of `ci`: the repository whose pipelines plan and apply the environment."""

from collections.abc import Iterator

from config.derived.ci import issuers, trusts_repository
from config.environment import Environment
from config.problem import Problem
from rules.registration import rule


@rule("ci", "ci_roles", severity="warning")
def repository_has_roles(environment: Environment) -> Iterator[Problem]:
    """Jobs of the repository assume a role of `ci_roles`, one without `oidc` and `principals`."""
    if issuers(environment) and not any(
        trusts_repository(environment, name) for name in environment.ci_roles
    ):
        yield Problem(
            ("ci",),
            "is a repository whose jobs may do nothing: every role of ci_roles names others",
            allowed="a role of ci_roles without oidc and principals",
        )

"""Rules of `ci_roles`: who assumes the roles of pipelines, and which stacks they are for."""

import re
from collections.abc import Iterator
from typing import Final

from config.derived.account import has_stack
from config.derived.ci import issuers
from config.environment import Environment
from config.problem import Path, Problem
from rules.account.ci_roles_oidc import is_github, subjects_of_pull_requests, trusts
from rules.registration import rule

_IMMUTABLE: Final = re.compile(r"repo:[^:@/]+@[0-9]+/[^:@/]+@[0-9]+:.+")
"""https://docs.github.com/en/actions/concepts/security/openid-connect#immutable-subject-claims"""


@rule("ci", "ci_roles")
def pipeline_roles_are_assumed(environment: Environment) -> Iterator[Problem]:
    """A role of a pipeline names jobs or principals that assume it, or `ci` names a repository."""
    for name, role in environment.ci_roles.items():
        if role.oidc is None and not role.principals and not issuers(environment):
            yield Problem(
                ("ci_roles", name),
                "needs oidc, principals, or ci with a repository: nothing could assume the role",
            )


@rule()
def pipeline_roles_have_stacks(environment: Environment) -> Iterator[Problem]:
    """The stacks of a role are those that the environment has, each once."""
    known = _stacks(environment)
    for name, role in environment.ci_roles.items():
        for index, stack in enumerate(role.stacks or ()):
            path: Path = ("ci_roles", name, "stacks", index)
            if stack not in known:
                message = "is a stack that this environment does not have"
                yield Problem(path, message, stack, ", ".join(known))
            elif role.stacks and stack in role.stacks[:index]:
                yield Problem(path, "is listed twice", stack)


@rule("ci_roles", severity="warning")
def pull_requests_do_not_apply(environment: Environment) -> Iterator[Problem]:
    """Pull requests of GitHub do not assume a role that applies.

    https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims
    """
    for path, subject in subjects_of_pull_requests(trusts(environment, "ci_roles")):
        if environment.ci_roles[str(path[1])].access == "apply":
            yield Problem(
                path,
                "lets pull requests apply, before anybody has reviewed them",
                subject,
                "an environment or branch, for example :environment:production",
            )


@rule("ci_roles", severity="warning")
def subjects_of_github_are_immutable(environment: Environment) -> Iterator[Problem]:
    """A subject of GitHub names its repository by ids, which no other repository ever gets.

    https://docs.github.com/en/actions/concepts/security/openid-connect#immutable-subject-claims
    """
    for path, oidc in trusts(environment, "ci_roles"):
        if is_github(oidc) and not any(_IMMUTABLE.fullmatch(each) for each in oidc.subjects):
            yield Problem(
                (*path, "subjects"),
                "name repositories without their ids: repositories made since 15 July 2026 send "
                "them, and a name can get another owner",
                ", ".join(oidc.subjects),
                "repo:<owner>@<owner id>/<repository>@<repository id>:<context>",
            )


def _stacks(environment: Environment) -> list[str]:
    """The stacks that an environment may have, but the state stack."""
    return [
        "network",
        "edge",
        "cluster",
        "platform",
        *(["account"] if has_stack(environment) else []),
        # Which region of a platform has these is not known here; a role has them where they are.
        *(["names", "routing", "fleet", "data"] if environment.regions else []),
        *(["fleet"] if environment.fleet.spokes else []),
    ]

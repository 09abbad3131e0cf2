"""Rules of `registry.ci_roles`: what the roles may push to, and who assumes them."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from config.environment import Environment
from config.problem import Path, Problem
from config.reading.nearest import nearest
from rules.account.ci_roles_oidc import subjects_of_pull_requests, trusts
from rules.registration import rule

ROLES: Path = ("registry", "ci_roles")


@rule("registry")
def ci_roles_push_somewhere(environment: Environment) -> Iterator[Problem]:
    """A role of CI is for repositories that are configured."""
    known = sorted(environment.registry.repositories)
    for name, role in environment.registry.ci_roles.items():
        for index, pattern in enumerate(role.repositories):
            if not any(fnmatchcase(each, pattern) for each in known):
                path = (*ROLES, name, "repositories", index)
                message = "matches no name in registry.repositories"
                yield Problem(path, message, pattern, ", ".join(known), nearest(pattern, known))


@rule("registry")
def ci_roles_are_assumed(environment: Environment) -> Iterator[Problem]:
    """A role of CI names jobs or principals that assume it."""
    for name, role in environment.registry.ci_roles.items():
        if role.oidc is None and not role.principals:
            yield Problem((*ROLES, name), "needs oidc or principals: nothing could assume the role")


@rule("registry", severity="warning")
def pull_requests_do_not_push(environment: Environment) -> Iterator[Problem]:
    """Pull requests of GitHub do not assume a role that pushes images.

    https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims
    """
    for path, subject in subjects_of_pull_requests(trusts(environment, "registry")):
        yield Problem(
            path,
            "lets pull requests push images, before anybody has reviewed them",
            subject,
            "a branch, tag or environment, for example :ref:refs/heads/main",
        )

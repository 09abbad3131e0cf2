"""Rules of `registry.ci_roles`: what the roles may push to, and who assumes them."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from config.reading.nearest import nearest
from config.sections.registry import OidcTrust
from rules.registration import rule

ROLES: Path = ("registry", "ci_roles")

GITHUB: Final = "token.actions.githubusercontent.com"

_OWNED: Final = re.compile(r"^[^*]+[:/][^*]+[:/]")
"""A subject that says before its first asterisk whose repositories it is about, such as
`repo:acme/*` or `project_path:acme/*`."""


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


@rule("account", "region", "registry")
def oidc_providers_are_of_the_account(environment: Environment) -> Iterator[Problem]:
    """An OIDC provider is in the account of the roles that trust it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
    """
    here = (environment.partition, environment.account)
    for path, oidc in _trusts(environment):
        _, partition, _, _, account, _ = oidc.provider.split(":")
        if (partition, account) != here:
            message = "is a provider of another account than the role"
            allowed = f"a provider of account {environment.account}"
            yield Problem((*path, "provider"), message, oidc.provider, allowed)


@rule("registry")
def subjects_have_an_owner(environment: Environment) -> Iterator[Problem]:
    """The subjects of a role are those of certain owners, not of all customers of a provider."""
    for path, oidc in _trusts(environment):
        for index, subject in enumerate(oidc.subjects):
            if "*" in subject and not _OWNED.match(subject):
                yield Problem(
                    (*path, "subjects", index),
                    "has an asterisk before the owner: anyone with a token of the provider could "
                    "assume the role",
                    subject,
                    "an owner before the first asterisk, for example repo:acme/*",
                )


@rule("registry", severity="warning")
def pull_requests_do_not_push(environment: Environment) -> Iterator[Problem]:
    """Pull requests of GitHub do not assume a role that pushes images.

    https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims
    """
    for path, oidc in _trusts(environment):
        for index, subject in enumerate(oidc.subjects):
            repository, _, context = subject.partition(":")[2].partition(":")
            if oidc.provider.endswith(f"/{GITHUB}") and fnmatchcase(
                "pull_request", context or ("*" if repository.endswith("*") else "")
            ):
                yield Problem(
                    (*path, "subjects", index),
                    "lets pull requests push images, before anybody has reviewed them",
                    subject,
                    "a branch, tag or environment, for example :ref:refs/heads/main",
                )


def _trusts(environment: Environment) -> Iterator[tuple[Path, OidcTrust]]:
    for name, role in environment.registry.ci_roles.items():
        if role.oidc is not None:
            yield (*ROLES, name, "oidc"), role.oidc

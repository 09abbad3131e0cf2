"""Rules of the OIDC providers and subjects that roles of CI trust, wherever they are configured."""

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from config.types.oidc import OidcTrust
from rules.registration import rule

GITHUB: Final = "token.actions.githubusercontent.com"

_OWNED: Final = re.compile(r"^[^*]+[:/][^*]+[:/]")
"""A subject that says before its first asterisk whose repositories it is about, such as
`repo:acme/*` or `project_path:acme/*`."""

Trusts = Iterable[tuple[Path, OidcTrust]]


@rule("account", "region", "registry", "ci_roles")
def oidc_providers_are_of_the_account(environment: Environment) -> Iterator[Problem]:
    """An OIDC provider is in the account of the roles that trust it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
    """
    here = (environment.partition, environment.account)
    for path, oidc in trusts(environment):
        _, partition, _, _, account, _ = oidc.provider.split(":")
        if (partition, account) != here:
            message = "is a provider of another account than the role"
            allowed = f"a provider of account {environment.account}"
            yield Problem((*path, "provider"), message, oidc.provider, allowed)


@rule("registry", "ci_roles")
def subjects_have_an_owner(environment: Environment) -> Iterator[Problem]:
    """The subjects of a role are those of certain owners, not of all customers of a provider."""
    for path, oidc in trusts(environment):
        for index, subject in enumerate(oidc.subjects):
            if "*" in subject and not _OWNED.match(subject):
                yield Problem(
                    (*path, "subjects", index),
                    "has an asterisk before the owner: anyone with a token of the provider could "
                    "assume the role",
                    subject,
                    "an owner before the first asterisk, for example repo:acme/*",
                )


def subjects_of_pull_requests(of: Trusts) -> Iterator[tuple[Path, str]]:
    """The subjects that pull requests of GitHub have, with their paths."""
    for path, oidc in of:
        for index, subject in enumerate(oidc.subjects):
            repository, _, context = subject.partition(":")[2].partition(":")
            if is_github(oidc) and fnmatchcase(
                "pull_request", context or ("*" if repository.endswith("*") else "")
            ):
                yield (*path, "subjects", index), subject


def is_github(oidc: OidcTrust) -> bool:
    """Whether the tokens are those of GitHub Actions."""
    return oidc.provider.endswith(f"/{GITHUB}")


def trusts(environment: Environment, *sections: str) -> Iterator[tuple[Path, OidcTrust]]:
    """The OIDC trusts of the roles, with their paths.

    Args:
        sections: `registry` for `registry.ci_roles`, `ci_roles`; default: both.
    """
    if not sections or "registry" in sections:
        for name, role in environment.registry.ci_roles.items():
            if role.oidc is not None:
                yield ("registry", "ci_roles", name, "oidc"), role.oidc
    if not sections or "ci_roles" in sections:
        for name, pipeline in environment.ci_roles.items():
            if pipeline.oidc is not None:
                yield ("ci_roles", name, "oidc"), pipeline.oidc

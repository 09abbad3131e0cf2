"""Rules of the `registry` section: repositories, their access, and scanning."""

from collections.abc import Iterator

from config.environment import Environment
from config.problem import Path, Problem
from config.sections.registry import ImageLifecycle
from rules.registration import rule

REPOSITORIES: Path = ("registry", "repositories")
SCANNING: Path = ("registry", "scanning")


@rule("registry")
def mutable_tags_are_exceptions(environment: Environment) -> Iterator[Problem]:
    """Tags that may be moved are listed only where others may not."""
    for name, repository in environment.registry.repositories.items():
        if repository.mutable_tags and not repository.immutable_tags:
            message = "has no effect while immutable_tags is false: all tags may be moved"
            yield Problem((*REPOSITORIES, name, "mutable_tags"), message)


@rule("registry", "replication")
def expiry_rules_are_complete(environment: Environment) -> Iterator[Problem]:
    """A rule keeps a number of images, or deletes those of an age, and no earlier one hides it."""
    for path, lifecycle in _lifecycles(environment):
        everything = None
        for index, each in enumerate(lifecycle.rules):
            place = (*path, "rules", index)
            if (each.keep is None) == (each.days is None):
                yield Problem(place, "needs one of keep and days")
            if everything is not None:
                message = f"has no effect: rules[{everything}] before it matches every tag"
                yield Problem((*place, "tags"), message, each.tags)
            elif set(each.tags) == {"*"}:
                everything = index


@rule("account", "registry")
def other_accounts_pull(environment: Environment) -> Iterator[Problem]:
    """The environment's account is not among those that a repository lets pull."""
    for name, repository in environment.registry.repositories.items():
        for index, account in enumerate(repository.pull_accounts):
            if account == environment.account:
                path = (*REPOSITORIES, name, "pull_accounts", index)
                message = "is the account of the registry, whose IAM policies suffice"
                yield Problem(path, message, account, "another account")


@rule("registry")
def scanning_settings_have_effect(environment: Environment) -> Iterator[Problem]:
    """What is scanned, and how often, is set with a type of scanning that has it."""
    scanning = environment.registry.scanning
    if scanning.type == "none":
        for name in ("frequency", "repositories", "enable_inspector"):
            if name in scanning.model_fields_set:
                message = "has no effect while registry.scanning.type is none"
                yield Problem((*SCANNING, name), message, getattr(scanning, name))
    elif scanning.type == "basic":
        if scanning.frequency == "continuous":
            message = "needs registry.scanning.type: enhanced"
            yield Problem((*SCANNING, "frequency"), message, scanning.frequency, "on_push")
        if "enable_inspector" in scanning.model_fields_set:
            message = "has no effect: Amazon Inspector scans only where the type is enhanced"
            yield Problem((*SCANNING, "enable_inspector"), message, scanning.enable_inspector)


def _lifecycles(environment: Environment) -> Iterator[tuple[Path, ImageLifecycle]]:
    for key in ("repositories", "caches"):
        for name, each in getattr(environment.registry, key).items():
            yield ("registry", key, name, "lifecycle"), each.lifecycle
    yield ("replication", "images", "lifecycle"), environment.replication.images.lifecycle

"""Rules of secrets."""

from collections.abc import Iterator
from typing import Final

from config.derived.secret_refs import named_secrets, prefixes, source
from config.environment import Environment
from config.problem import Problem
from config.reading.nearest import nearest

EXTERNAL_SECRETS: Final = ("platform", "external_secrets")


def prefixes_of_secrets_differ(environment: Environment) -> Iterator[Problem]:
    """A prefix that begins with another one adds nothing."""
    prefixes = environment.platform.external_secrets.prefixes
    for index, prefix in enumerate(prefixes):
        for other in prefixes[:index] + prefixes[index + 1 :]:
            repeated = prefix == other and prefixes.index(prefix) < index
            if repeated or (prefix != other and prefix.startswith(other)):
                path = (*EXTERNAL_SECRETS, "prefixes", index)
                yield Problem(path, f"is within {other} already", prefix)
                break


def named_secrets_have_a_source(environment: Environment) -> Iterator[Problem]:
    """What settings name is made in the cluster, or is there before.

    Namespaces of add-ons come in the same apply as the add-ons. A pod that waits for a Secret that
    nobody makes takes the whole release back.
    """
    if environment.platform.external_secrets.enabled:
        return
    for each in {each.path: each for each in named_secrets(environment)}.values():
        if source(environment, each.name) is not None:
            message = "is made by nobody: platform.external_secrets is switched off"
            allowed = f"external_secrets.sources: {{{each.name}: null}}, where it is there before"
            yield Problem(each.path, message, each.name, allowed)


def sources_are_of_secrets_that_are_named(environment: Environment) -> Iterator[Problem]:
    """A source is that of a Secret which a setting names."""
    named = {each.name for each in named_secrets(environment)}
    for name in environment.platform.external_secrets.sources:
        if name not in named:
            allowed = ", ".join(sorted(named)) or "none, for no setting names one"
            message = "is no Secret that another setting names"
            path = (*EXTERNAL_SECRETS, "sources", name)
            yield Problem(path, message, name, allowed, nearest(name, named))


def sources_may_be_read(environment: Environment) -> Iterator[Problem]:
    """External Secrets' role may read what begins with its prefixes, and nothing else."""
    allowed = prefixes(environment)
    for name, found in environment.platform.external_secrets.sources.items():
        if found is not None and not found.startswith(tuple(allowed)):
            message = "is none of the secrets that External Secrets may read"
            path = (*EXTERNAL_SECRETS, "sources", name)
            yield Problem(path, message, found, f"names that begin with {', '.join(allowed)}")

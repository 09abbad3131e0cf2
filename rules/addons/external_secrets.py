"""Rules of the secrets that External Secrets may read."""

from collections.abc import Iterator
from typing import Final

from config.derived.secret_refs import prefixes
from config.environment import Environment
from config.problem import Problem
from rules.registration import rule

EXTERNAL_SECRETS: Final = ("platform", "external_secrets")


@rule("platform")
def prefixes_of_secrets_differ(environment: Environment) -> Iterator[Problem]:
    """A prefix does not begin with another one, which would already include it."""
    prefixes = environment.platform.external_secrets.prefixes
    for index, prefix in enumerate(prefixes):
        for other in prefixes[:index] + prefixes[index + 1 :]:
            repeated = prefix == other and prefixes.index(prefix) < index
            if repeated or (prefix != other and prefix.startswith(other)):
                path = (*EXTERNAL_SECRETS, "prefixes", index)
                yield Problem(path, f"is within {other} already", prefix)
                break


@rule("name", "platform")
def sources_may_be_read(environment: Environment) -> Iterator[Problem]:
    """Sources begin with the prefixes that the role of External Secrets may read."""
    allowed = prefixes(environment)
    for name, found in environment.platform.external_secrets.sources.items():
        if found is not None and not found.startswith(tuple(allowed)):
            message = "is not a secret that External Secrets may read"
            path = (*EXTERNAL_SECRETS, "sources", name)
            yield Problem(path, message, found, f"names that begin with {', '.join(allowed)}")

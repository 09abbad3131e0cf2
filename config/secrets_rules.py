"""Rules of secrets."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Problem

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

"""Rules of `replication.secrets`."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule

SECRETS: Final[Path] = ("replication", "secrets")


@rule("replication")
def replicated_secrets_have_a_prefix(environment: Environment) -> Iterator[Problem]:
    """Secrets that Terraform makes have names with a prefix, and each is made once."""
    settings = environment.replication.secrets
    if settings.prefix is None:
        for key in ("names", "force_destroy"):
            if key in settings.model_fields_set:
                message = "has no effect without replication.secrets.prefix"
                yield Problem((*SECRETS, key), message, getattr(settings, key))
    for index, name in enumerate(settings.names):
        if name in settings.names[:index]:
            yield Problem((*SECRETS, "names", index), "is listed twice", name)

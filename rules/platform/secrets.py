"""Rules of the Secrets that settings refer to."""

from collections.abc import Iterator
from typing import Final

from config.derived.secret_refs import secret_refs, source
from config.environment import Environment
from config.problem import Problem
from config.reading.nearest import nearest
from rules.registration import rule

EXTERNAL_SECRETS: Final = ("platform", "external_secrets")


@rule("name", "platform")
def named_secrets_have_a_source(environment: Environment) -> Iterator[Problem]:
    """Secrets that settings refer to are created by External Secrets, or exist beforehand.

    Namespaces of add-ons come in the same apply as the add-ons. A pod that waits for a Secret
    without a source makes Helm roll the whole release back.
    """
    if environment.platform.external_secrets.enabled:
        return
    for each in {each.path: each for each in secret_refs(environment)}.values():
        if source(environment, each.name) is not None:
            message = "has no source: platform.external_secrets is switched off"
            allowed = f"external_secrets.sources: {{{each.name}: null}}, if it already exists"
            yield Problem(each.path, message, each.name, allowed)


@rule("platform")
def sources_are_of_secrets_that_are_named(environment: Environment) -> Iterator[Problem]:
    """Every source belongs to a Secret that a setting refers to."""
    named = {each.name for each in secret_refs(environment)}
    for name in environment.platform.external_secrets.sources:
        if name not in named:
            allowed = ", ".join(sorted(named)) or "none, for no setting names one"
            message = "is not a Secret that another setting refers to"
            path = (*EXTERNAL_SECRETS, "sources", name)
            yield Problem(path, message, name, allowed, nearest(name, named))

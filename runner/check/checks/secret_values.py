"""Whether the secrets that settings refer to exist in AWS Secrets Manager, and have a value."""

from collections.abc import Iterator
from typing import Final

from config.derived import replication
from config.derived.secret_refs import secret_refs, source
from config.environment import Environment
from runner.check.context import CheckContext
from runner.check.finding import Finding, each

GIVE_VALUE: Final = "Give it a value: what reads it does not work before (docs/secrets.md)."


def find(context: CheckContext) -> Iterator[Finding]:
    """Looks for the source of each Secret that External Secrets copies into the cluster."""
    environment = context.environment
    if not environment.platform.external_secrets.enabled:
        return
    names = dict.fromkeys(ref.name for ref in secret_refs(environment))
    sources = [found for name in names if (found := source(environment, name))]
    yield from each(sources, str, lambda name: _secret(context, name))


def _secret(context: CheckContext, name: str) -> Iterator[Finding]:
    found = context.aws.find("secretsmanager", "describe_secret", SecretId=name)
    wanted = "a secret in AWS Secrets Manager"
    if found is None or found.get("DeletedDate"):
        wrong = "is scheduled for deletion" if found else "does not exist"
        yield Finding("warning", name, wrong, wanted, _remedy(context.environment, name))
    elif not found.get("VersionIdsToStages"):
        yield Finding("warning", name, "has no value", f"{wanted} with a value", GIVE_VALUE)
    else:
        yield Finding("ok", name, "exists", wanted)


def _remedy(environment: Environment, name: str) -> str:
    """How a secret comes to exist: made by hand, by the account stack, or as a replica."""
    if name in replication.secret_names(environment):
        if replication.is_source(environment):
            return f"`make apply STACK=account` makes it. {GIVE_VALUE}"
        return "The account stack of the source makes it, with a replica here (docs/regions.md)."
    prefix = replication.secret_prefix(environment)
    if prefix and name.startswith(prefix) and replication.is_destination(environment):
        return (
            f"Make it, or replicate it: `aws secretsmanager replicate-secret-to-regions --region "
            f"{replication.source_region(environment)} --secret-id {name} --add-replica-regions "
            f"Region={environment.region}` (docs/regions.md)."
        )
    return "Make it: what reads it does not work before (docs/secrets.md)."

"""Whether the secrets that settings refer to exist in AWS Secrets Manager."""

from collections.abc import Iterator

from config.derived.secret_refs import secret_refs, source
from runner.check.context import CheckContext
from runner.check.finding import Finding, each


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
    if found is None or found.get("DeletedDate"):
        yield Finding(
            "warning",
            name,
            "is scheduled for deletion" if found else "does not exist",
            "a secret in AWS Secrets Manager",
            "Make it: what reads it does not work before (docs/secrets.md).",
        )
    else:
        yield Finding("ok", name, "exists", "a secret in AWS Secrets Manager")

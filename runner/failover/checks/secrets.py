"""Whether the secrets that other regions replicate are in the region, with a value."""

from collections.abc import Iterator
from typing import Final

from runner.check.finding import Finding, each
from runner.failover.standby import Standby

_CURRENT: Final = "AWSCURRENT"


def find(standby: Standby) -> Iterator[Finding]:
    """Each secret of another region's stacks that has a replica here."""
    names = [
        name
        for secret in standby.elsewhere("aws_secretsmanager_secret")
        for replica in secret.attributes.get("replica", ())
        if replica.get("region") == standby.aws.region and (name := secret.literal("name"))
    ]
    yield from each(names, _subject, lambda name: [_secret(standby, name)])


def _subject(name: str) -> str:
    return f"secret {name}"


def _secret(standby: Standby, name: str) -> Finding:
    answer = standby.aws.find("secretsmanager", "describe_secret", SecretId=name)
    if answer is None:
        action = "Pods that need it will not start: replicate it, or make it here."
        return Finding("warning", _subject(name), "has no replica here", action=action)
    stages = answer.get("VersionIdsToStages", {}).values()
    if not any(_CURRENT in each for each in stages):
        action = "Pods that need it will not start: set its value in the source's region."
        return Finding("warning", _subject(name), "has no value", action=action)
    return Finding("ok", _subject(name), "has a value")

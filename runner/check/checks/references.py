"""Whether keys, certificates and the like exist that settings name and no stack makes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from runner.check.context import CheckContext
from runner.check.finding import Finding, each


@dataclass(frozen=True)
class Referenced:
    """A kind of things that settings name by their ARN or id.

    Attributes:
        pattern: how they are named in the JSON.
        state: what AWS says about one; None where it does not exist.
        wanted: what AWS should say.
    """

    title: str
    pattern: re.Pattern[str]
    state: Callable[[CheckContext, str], str | None]
    wanted: str


def find(context: CheckContext) -> Iterator[Finding]:
    """Looks for everything that the JSON of a stack names."""
    named = [
        (kind, name)
        for kind in KINDS
        for name in sorted(set(kind.pattern.findall(context.needs.text)))
    ]
    named += [(KEY_PAIR, name) for name in context.needs.values("aws_launch_template", "key_name")]

    def subject(item: tuple[Referenced, str]) -> str:
        return f"{item[0].title} {item[1]}"

    def look(item: tuple[Referenced, str]) -> Iterator[Finding]:
        kind, name = item
        state = kind.state(context, name)
        if state == kind.wanted:
            yield Finding("ok", subject(item), kind.wanted, kind.wanted)
        else:
            action = f"Name another {kind.title}, or make this one usable."
            yield Finding("error", subject(item), state or "does not exist", kind.wanted, action)

    yield from each(dict.fromkeys(named), subject, look)


def _region(arn: str) -> str:
    return arn.split(":")[3]


def _key(context: CheckContext, arn: str) -> str | None:
    found = context.aws.find("kms", "describe_key", _region(arn), KeyId=arn)
    return found["KeyMetadata"]["KeyState"] if found else None


def _certificate(context: CheckContext, arn: str) -> str | None:
    found = context.aws.find("acm", "describe_certificate", _region(arn), CertificateArn=arn)
    return found["Certificate"]["Status"] if found else None


def _reservation(context: CheckContext, id_: str) -> str | None:
    found = context.aws.find("ec2", "describe_capacity_reservations", CapacityReservationIds=[id_])
    return found["CapacityReservations"][0]["State"] if found else None


def _key_pair(context: CheckContext, name: str) -> str | None:
    return "exists" if context.aws.find("ec2", "describe_key_pairs", KeyNames=[name]) else None


KEY_PAIR: Final = Referenced("key pair", re.compile(r"(?!)"), _key_pair, "exists")

KINDS: Final = (
    Referenced(
        "KMS key", re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[\w-]+"), _key, "Enabled"
    ),
    Referenced(
        "certificate",
        re.compile(r"arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate/[\w-]+"),
        _certificate,
        "ISSUED",
    ),
    Referenced("capacity reservation", re.compile(r"\bcr-[0-9a-z]{8,}\b"), _reservation, "active"),
)

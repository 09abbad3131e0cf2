"""Records of a hosted zone by name."""

from typing import Any

from runner.check.context import CheckContext


def records_of(context: CheckContext, zone: str, name: str) -> list[dict[str, Any]]:
    """The record sets that a zone has for one name."""
    answer = context.aws.call(
        "route53",
        "list_resource_record_sets",
        HostedZoneId=zone,
        StartRecordName=name,
        MaxItems="100",
    )
    wanted = plain(name)
    return [found for found in answer["ResourceRecordSets"] if plain(found["Name"]) == wanted]


def plain(name: str) -> str:
    """A name in lower case, without the last dot, and with `*` as itself."""
    return name.rstrip(".").replace("\\052", "*").lower()

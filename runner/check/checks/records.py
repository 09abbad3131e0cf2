"""Whether the hosted zone has records of the same names already."""

from collections.abc import Iterator
from typing import Any, Final

from runner.check.checks.taken import FREE
from runner.check.checks.zone_records import plain, records_of
from runner.check.context import CheckContext
from runner.check.finding import Finding, NotCheckedError, each
from runner.check.needs import Resource

_EXTERNAL_DNS: Final = "heritage=external-dns"


def find(context: CheckContext) -> Iterator[Finding]:
    """Looks for each record whose name is known."""
    wanted = [
        record
        for record in context.needs.of("aws_route53_record")
        if record.literal("name") and record.literal("zone_id")
    ]
    yield from each(wanted, _subject, lambda record: _record(context, record))


def _subject(record: Resource) -> str:
    return f"record {record.attributes['name']} {record.attributes['type']}"


def _record(context: CheckContext, record: Resource) -> Iterator[Finding]:
    zone, name = record.attributes["zone_id"], record.attributes["name"]
    type_, subject = record.attributes["type"], _subject(record)
    try:
        found = records_of(context, zone, name)
    except NotCheckedError as error:
        if "NoSuchHostedZone" in error.reason:
            return  # the check of the zone says it
        raise
    same = [each for each in found if each["Type"] in (type_, "CNAME") or type_ == "CNAME"]
    if not same:
        yield Finding("ok", subject, "is free", FREE)
    elif record.attributes.get("allow_overwrite"):
        yield Finding("ok", subject, "exists, and is overwritten", FREE)
    elif context.ours.is_recorded("aws_route53_record", name) or _is_recorded(context, name):
        yield Finding("ok", subject, "this environment's", FREE)
    elif not context.ours.states_are_known:
        action = "Make sure that it is this environment's: its states could not be read."
        yield Finding("warning", subject, f"exists: {_target(same[0])}", FREE, action)
    else:
        yield Finding(
            "error",
            subject,
            f"exists: {same[0]['Type']} {_target(same[0])}{_owner(found)}",
            FREE,
            "Delete the record, or leave the name out of `edge.domain_names`: Route 53 refuses a "
            "second one.",
        )


def _is_recorded(context: CheckContext, name: str) -> bool:
    return context.ours.is_recorded("aws_route53_record", plain(name))


def _target(record: dict[str, Any]) -> str:
    if "AliasTarget" in record:
        return plain(record["AliasTarget"]["DNSName"])
    return ", ".join(each["Value"] for each in record.get("ResourceRecords", ()))


def _owner(found: list[dict[str, Any]]) -> str:
    """Whose record external-dns says that it is."""
    for record in found:
        text = _target(record) if record["Type"] == "TXT" else ""
        if _EXTERNAL_DNS in text:
            owner = text.partition("external-dns/owner=")[2].partition(",")[0].strip('"')
            return f", made by external-dns of {owner}"
    return ""

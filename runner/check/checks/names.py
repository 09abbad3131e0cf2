"""Whether names that must be unique in the account and region are free."""

from collections.abc import Iterator

from runner.check.checks.named import KINDS, existing, name_of
from runner.check.checks.taken import FREE, taken
from runner.check.context import CheckContext
from runner.check.finding import Finding, each

_DETECTOR = (
    "An account has one GuardDuty detector in a region: set `guardduty.enabled: false`, or import "
    "the detector."
)


def find(context: CheckContext) -> Iterator[Finding]:
    """One row for the free names of a kind, and one for each that exists."""
    types = dict.fromkeys(resource.type for resource in context.needs.of(*KINDS))
    yield from each(types, lambda type_: KINDS[type_][0], lambda type_: _names(context, type_))


def _names(context: CheckContext, type_: str) -> Iterator[Finding]:
    what = KINDS[type_][0]
    wanted = [each for each in context.needs.of(type_) if name_of(each) is not None]
    found = [(each, tags) for each in wanted if (tags := existing(context.aws, each)) is not None]
    free = len(wanted) - len(found)
    if free:
        yield Finding("ok", what, f"{free} of {len(wanted)} names are free", FREE)
    for resource, tags in found:
        name = name_of(resource) or ""
        subject = f"{what} {name}".strip()
        action = _DETECTOR if type_ == "aws_guardduty_detector" else ""
        yield taken(context, resource, subject, name, tags, action=action)

"""At most five suppressions, each with a reason, about something that exists, and needed."""

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tools.security import suppressions
from tools.security.finding import Finding
from tools.security.suppressions import Suppression
from tools.security.terraform_json import managed_addresses

REASON = "because " * 20
ONE = Suppression(
    checks={"checkov": ("CKV_1",), "tf-nag": ("Nag-1",)},
    resources=("*-state/aws_s3_bucket.x", "dev-state/aws_s3_bucket.y"),
    reason=REASON,
)


def finding(id_: str = "CKV_1", where: str = "dev-state/aws_s3_bucket.x") -> Finding:
    """A finding of the scanner that the id is of."""
    stack, address = where.split("/")
    return Finding("checkov" if id_.startswith("CKV") else "tf-nag", id_, stack, address, "")


def test_every_pattern_is_about_a_resource_that_exists(
    scanned_stacks: dict[str, dict[str, Any]],
) -> None:
    places = [
        f"{name}/{a}" for name, body in scanned_stacks.items() for a in managed_addresses(body)
    ]
    patterns = [p for suppression in suppressions.current() for p in suppression.resources]
    assert [p for p in patterns if not any(fnmatchcase(place, p) for place in places)] == []


def test_only_the_named_check_of_the_named_resource_is_suppressed() -> None:
    others = [
        finding("CKV_2"),
        finding("Nag-2"),
        finding(where="dev-state/aws_s3_bucket.z"),
        finding(where="prod-state/aws_s3_bucket.y"),
        finding(where="prod-network/aws_s3_bucket.x"),
    ]
    suppressed = [finding(), finding("Nag-1"), finding(where="dev-state/aws_s3_bucket.y")]
    assert suppressions.unsuppressed([*others, *suppressed], [ONE]) == sorted(others)


def test_suppressions_that_are_not_needed_are_reported() -> None:
    needed = [finding(), finding("Nag-1"), finding(where="dev-state/aws_s3_bucket.y")]
    assert suppressions.unused(needed, [ONE], ["dev-state", "dev-network"]) == []
    assert suppressions.unused(needed[:2], [ONE], ["dev-state"]) == [
        "CKV_1, Nag-1: dev-state/aws_s3_bucket.y finds nothing in dev-state"
    ]
    assert suppressions.unused([needed[0], needed[2]], [ONE], ["dev-state"]) == [
        "CKV_1, Nag-1: Nag-1 finds nothing"
    ]
    assert suppressions.unused(needed, [ONE], ["dev-state", "prod-state"]) == [
        "CKV_1, Nag-1: *-state/aws_s3_bucket.x finds nothing in prod-state"
    ]
    assert suppressions.unused([], [ONE], ["dev-network"]) == []


ENTRY = f"- checks: {{checkov: CKV_1}}\n  resources: [dev-state/aws_vpc.x]\n  reason: {REASON}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ENTRY * 6, "at most 5 items"),
        (ENTRY.replace(REASON, "because"), "at least 80 characters"),
        (ENTRY.replace("checkov:", "mine:"), "'checkov' or 'tf-nag'"),
        (ENTRY.replace("dev-state/aws_vpc.x", "'*'"), "should match pattern"),
        (ENTRY.replace("aws_vpc.x", "aws_vpc.*"), "should match pattern"),
        (ENTRY.replace("aws_vpc.x", "'*.x'"), "should match pattern"),
        (ENTRY.replace("[dev-state/aws_vpc.x]", "[]"), "at least 1 item"),
        (ENTRY.replace("{checkov: CKV_1}", "{}"), "at least 1 item"),
        (f"{ENTRY}  until: tomorrow\n", "Extra inputs"),
    ],
)
def test_malformed_suppressions_are_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "suppressions.yaml"
    file.write_text(ENTRY)
    assert len(suppressions.read(file)) == 1
    file.write_text(text)
    with pytest.raises(ValidationError, match=message):
        suppressions.read(file)

"""A scanner that did not look at everything fails the gate, whatever its exit code says."""

import copy
from pathlib import Path
from typing import Any

import pytest

from support.scanners import plan_of
from tools.security import checkov, gate, nag
from tools.security.checkov import ScannerError, Target
from tools.security.translations import for_checkov, for_tfnag

STACK = {"resource": {"aws_vpc": {"vpc": {"cidr_block": "10.0.0.0/16"}}}}
RECORD = {"id": "CKV_X", "address": "aws_vpc.vpc", "message": "be good"}
GOOD: dict[str, Any] = {
    "resources": ["aws_vpc.vpc"],
    "records": [{**RECORD, "outcome": "passed"}, {**RECORD, "id": "CKV_Y", "outcome": "failed"}],
    "parsing_errors": [],
    "errors": [],
}
TEMPLATE = "aws_launch_template.x"


def answers(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Replaces checkov's output with a given one."""
    monkeypatch.setattr(checkov, "PYTHON", Path(__file__))
    monkeypatch.setattr(
        checkov, "_run", lambda requests: {r: {**GOOD, **changes} for r in requests}
    )


def test_failed_checks_are_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch)
    (found,) = checkov.scan(Target("net", "synth", STACK))
    assert str(found) == "checkov CKV_Y net/aws_vpc.vpc: be good"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parsing_errors": ["cdk.tf.json"]}, "parsing_errors"),
        ({"errors": ["check CKV_Z crashed"]}, "CKV_Z crashed"),
        ({"resources": []}, r"saw other resources than there are: \['aws_vpc\.vpc'\]"),
        ({"resources": ["aws_vpc.vpc", "aws_vpc.other"]}, r"\['aws_vpc\.other'\]"),
        ({"records": []}, "no check passed"),
        ({"records": [*GOOD["records"], {**RECORD, "outcome": "skipped"}]}, "skipped"),
    ],
)
def test_resources_that_checkov_does_not_check_are_an_error(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], message: str
) -> None:
    answers(monkeypatch, **changes)
    with pytest.raises(ScannerError, match=message):
        checkov.scan(Target("net", "synth", STACK))


def test_what_was_scanned_is_not_scanned_again_unless_it_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scans: list[str] = []

    def scanned(requests: dict[str, Any]) -> dict[str, Any]:
        scans.extend(requests)
        return dict.fromkeys(requests, GOOD)

    monkeypatch.setattr(checkov, "PYTHON", tmp_path / "bin" / "python")
    checkov.PYTHON.parent.mkdir()
    checkov.PYTHON.touch()
    monkeypatch.setattr(checkov, "_scanned", scanned)
    first = checkov.scan(Target("net", "synth", STACK))
    assert checkov.scan(Target("net", "synth", STACK)) == first
    assert scans == ["net/synth.tf.json"]
    other = copy.deepcopy(STACK)
    other["resource"]["aws_vpc"]["vpc"]["cidr_block"] = "10.1.0.0/16"
    checkov.scan(Target("net", "synth", STACK), Target("other", "synth", other))
    assert scans == ["net/synth.tf.json", "other/synth.tf.json"]


def test_what_checkov_could_not_read_is_scanned_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bad = {**GOOD, "errors": ["check CKV_Z crashed"]}
    monkeypatch.setattr(checkov, "PYTHON", tmp_path / "bin" / "python")
    checkov.PYTHON.parent.mkdir()
    checkov.PYTHON.touch()
    monkeypatch.setattr(checkov, "_scanned", lambda requests: dict.fromkeys(requests, bad))
    for _ in range(2):
        with pytest.raises(ScannerError, match="CKV_Z crashed"):
            checkov.scan(Target("net", "synth", STACK))


def test_a_missing_or_crashing_checkov_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checkov, "PYTHON", tmp_path / "python")
    with pytest.raises(ScannerError, match="setup-scanners"):
        checkov.scan(Target("net", "synth", STACK))
    checkov.PYTHON.write_text("#!/bin/sh\necho broken >&2\nexit 3\n")
    checkov.PYTHON.chmod(0o755)
    with pytest.raises(ScannerError, match="crashed: broken"):
        checkov.scan(Target("net", "synth", STACK))


def test_tfnag_reports_what_it_finds_and_what_it_cannot_decide() -> None:
    (found,) = nag.scan("c", plan_of(("aws_s3_bucket_logging.x", {}), queue()))
    assert (found.id, found.where) == ("AwsSolutions-SQS4", "c/aws_sqs_queue.x")


def test_tfnag_without_a_rule_that_applies_is_an_error() -> None:
    with pytest.raises(ScannerError, match="no rule applies"):
        nag.scan("c", plan_of(("aws_eip.x", {})))


def test_tfnag_that_misses_resources_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nag, "load_document", lambda _: ([], {}))
    with pytest.raises(ScannerError, match=r"aws_sqs_queue\.x"):
        nag.scan("c", plan_of(queue()))


@pytest.mark.parametrize(("encrypted", "found"), [("true", 0), ("false", 1), ("", 1), (None, 1)])
def test_volumes_of_a_launch_template_are_interpreted_correctly(
    encrypted: str | None, found: int
) -> None:
    volume = {"device_name": "/dev/xvda", "ebs": [{"encrypted": encrypted}]}
    plan = plan_of((TEMPLATE, {"block_device_mappings": [volume]}))
    before = copy.deepcopy(plan)
    assert len([f for f in nag.scan("c", plan) if f.id == "AwsSolutions-EC26"]) == found
    assert plan == before
    assert for_tfnag(plan) != plan


@pytest.mark.parametrize(
    ("redrive_policy", "found"),
    [('{"deadLetterTargetArn": "arn:x"}', []), (None, ["aws_sqs_queue.q", "aws_sqs_queue.x"])],
)
def test_a_dead_letter_queue_is_known_by_the_queue_that_names_it(
    redrive_policy: str | None, found: list[str]
) -> None:
    plan = plan_of(
        ("aws_sqs_queue.x", {"arn": "arn:x", "name": "x"}),
        ("aws_sqs_queue.q", {"arn": "arn:q", "name": "q", "redrive_policy": redrive_policy}),
    )
    findings = [f for f in nag.scan("c", plan) if f.id == "AwsSolutions-SQS3"]
    assert sorted(finding.address for finding in findings) == found


def test_plans_are_of_these_stacks_and_made_after_an_apply() -> None:
    plan = plan_of(("aws_vpc.vpc", {}))
    with pytest.raises(ScannerError, match=r"stacks \['a'\] and plans \[\]"):
        gate.problems_of_plans({"a": STACK}, {})
    with pytest.raises(ScannerError, match="of other resources than its stack"):
        gate.problems_of_plans({"a": STACK}, {"a": plan_of(("aws_eip.x", {}))})
    with pytest.raises(ScannerError, match=r"a was not applied: \['aws_vpc\.vpc'\]"):
        gate.problems_of_plans({"a": STACK}, {"a": plan | {"resource_changes": created()}})


def created() -> list[dict[str, Any]]:
    """The change that makes the VPC."""
    return plan_of(("aws_vpc.vpc", {}), action="create")["resource_changes"]


def queue() -> tuple[str, dict[str, Any]]:
    """A queue without a policy that demands TLS."""
    values = {"sqs_managed_sse_enabled": True, "redrive_policy": '{"deadLetterTargetArn":"x"}'}
    return ("aws_sqs_queue.x", values)


@pytest.mark.parametrize(
    ("version", "read_as"), [("1.36", "1.35"), ("1.35", "1.35"), ("1.28", "1.28")]
)
def test_checkov_is_given_a_minor_that_it_knows_only_for_minors_of_the_table(
    version: str, read_as: str
) -> None:
    stack = {"resource": {"aws_eks_cluster": {"x": {"version": version}}}}
    translated = for_checkov(stack)["resource"]["aws_eks_cluster"]["x"]
    assert translated["version"] == read_as
    planned = for_checkov(plan_of(("aws_eks_cluster.x", {"version": version})))["planned_values"]
    assert [each["values"]["version"] for each in planned["root_module"]["resources"]] == [read_as]

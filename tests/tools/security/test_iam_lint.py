"""parliament finds nothing of medium severity or above that is not explained."""

import pytest

from support.iam_documents import document
from tools.security.documents import Document
from tools.security.policy_lint import EXPLANATIONS, Judgement, lint

ARN = "arn:aws:ec2:*:*:instance/*"


@pytest.fixture(scope="module")
def judgements(documents: list[Document]) -> list[Judgement]:
    return [judgement for found in documents for judgement in lint(found)]


def test_every_document_passes_parliament(judgements: list[Judgement]) -> None:
    assert [str(found) for found in judgements if found.explanation is None] == []


def test_every_explanation_is_still_needed(judgements: list[Judgement]) -> None:
    used = {id(found.explanation) for found in judgements}
    assert [found.reason for found in EXPLANATIONS if id(found) not in used] == []


@pytest.mark.parametrize(
    ("kind", "statement", "issue"),
    [
        ("identity", {"Action": "ec2:RunInstances", "Resource": ARN}, "RESOURCE_MISMATCH"),
        (
            "identity",
            {"Action": "ssm:GetParameter", "Resource": "arn:aws:ssm:eu-west-1::parameter/mine"},
            "RESOURCE_MISMATCH",
        ),
        (
            "identity",
            {
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::b/*",
                "Condition": {"DateLessThan": {"aws:CurrentTime": "tomorrow"}},
            },
            "MISMATCHED_TYPE",
        ),
        (
            "identity",
            {
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::b/*",
                "Condition": {"StringEquals": {"s3:prefix": "x"}},
            },
            "UNKNOWN_CONDITION_FOR_ACTION",
        ),
        (
            "trust",
            {
                "Action": "sts:AssumeRole",
                "Principal": {"AWS": "arn:aws:iam::123:root"},
            },
            "UNKNOWN_PRINCIPAL",
        ),
        ("identity", {"Action": "s3:PutBucketPolicy", "Resource": "arn:aws:s3:::b"}, "RESOURCE_"),
    ],
)
def test_what_is_wrong_is_found_and_not_explained(
    kind: str, statement: dict[str, object], issue: str
) -> None:
    found = lint(document(kind, {"Effect": "Allow", **statement}))
    assert [j.issue.id for j in found if j.issue.id.startswith(issue)]
    assert [j.explanation for j in found if j.explanation] == []


def test_a_statement_is_explained_only_by_one_that_allows_what_it_lacks() -> None:
    run = {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": ARN}
    rest = [
        f"arn:aws:ec2:*:*:{kind}/*"
        for kind in ("network-interface", "security-group", "subnet", "volume")
    ]
    image = "arn:aws:ec2:*::image/*"
    others = {**run, "Resource": [*rest, image]}
    assert {j.explanation for j in lint(document("identity", run, others))} == {EXPLANATIONS[0]}
    for changed in ({"Effect": "Deny"}, {"Resource": rest}, {"Action": "ec2:CreateTags"}):
        judged = lint(document("identity", run, {**others, **changed}))
        assert None in {j.explanation for j in judged}

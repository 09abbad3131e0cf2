"""IAM documents are found by their form, so that none can be missed."""

import json
from typing import Any

import pytest

from tools.security.documents import Document, UnreadableDocumentError, find_documents
from tools.security.tokens import UnknownTokenError, with_examples

TEXT = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*"}})


def test_every_resource_that_must_have_a_document_has_one(
    stacks: dict[str, dict[str, Any]], documents: list[Document]
) -> None:
    carriers = {"aws_iam_role", "aws_iam_policy", "aws_iam_role_policy", "aws_kms_key"}
    carriers |= {"aws_s3_bucket_policy", "aws_sqs_queue"}
    expected = {
        f"{stack}/{type_}.{name}"
        for stack, body in stacks.items()
        for type_ in carriers
        for name in body["resource"].get(type_, {})
    }
    found = {f"{found.stack}/{found.address}" for found in documents}
    assert len(expected) > 50
    assert expected <= found


@pytest.mark.parametrize(
    ("body", "argument"),
    [
        ({"policy": TEXT}, "policy"),
        ({"rule": [{"name": "x"}, {"deep": {"any_argument": TEXT}}]}, "rule.1.deep.any_argument"),
    ],
)
def test_a_document_is_found_in_any_argument_of_any_type(
    body: dict[str, Any], argument: str
) -> None:
    for block, prefix in (("resource", ""), ("data", "data.")):
        (found,) = find_documents("stack", {block: {"aws_new_thing": {"x": body}}})
        assert (found.address, found.argument) == (f"{prefix}aws_new_thing.x", argument)
        assert found.statements == [{"Effect": "Allow", "Action": "s3:*"}]


def test_json_that_is_not_a_policy_is_ignored() -> None:
    bodies = {"pattern": '{"source": ["aws.ec2"]}', "policy": '{"rules": []}', "text": "Statement"}
    assert find_documents("stack", {"resource": {"aws_new_thing": {"x": bodies}}}) == []


@pytest.mark.parametrize(
    "terraform",
    [
        {"data": {"aws_iam_policy_document": {"x": {"statement": []}}}},
        {"resource": {"aws_iam_policy": {"x": {"policy": "${local.policy}"}}}},
        {"resource": {"aws_x": {"x": {"any": '${jsonencode({"Effect": "", "Statement": ""})}'}}}},
    ],
)
def test_a_policy_that_cannot_be_read_at_synth_is_an_error(terraform: dict[str, Any]) -> None:
    with pytest.raises(UnreadableDocumentError, match="stack"):
        find_documents("stack", terraform)


def test_tokens_become_what_aws_would_see_and_unknown_ones_an_error() -> None:
    assert with_examples("${aws_kms_key.x_key.arn}") == (
        "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    )
    assert with_examples("$${aws:username}") == "${aws:username}"
    with pytest.raises(UnknownTokenError, match=r"\$\{aws_new_thing\.x\.arn\}"):
        with_examples("a ${aws_new_thing.x.arn} b")

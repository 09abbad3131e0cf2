"""The IAM documents of everything that the tests synthesize."""

import json
from collections.abc import Mapping
from typing import Any

from support.output import Output
from tools.security.documents import Document, find_documents


def stacks_of(output: Output) -> dict[str, dict[str, Any]]:
    """The Terraform JSON of every stack by name."""
    return {name: output.stack(name).json for name in output.names}


def documents_of(stacks: Mapping[str, Mapping[str, Any]]) -> list[Document]:
    """Every document of every stack."""
    return [found for name, body in stacks.items() for found in find_documents(name, body)]


def document(kind: str, *statements: Mapping[str, Any]) -> Document:
    """A document of a kind, as a resource that may carry it would."""
    address, argument = {
        "trust": ("aws_iam_role.example", "assume_role_policy"),
        "identity": ("aws_iam_policy.example", "policy"),
        "resource": ("aws_sqs_queue.example", "policy"),
        "key": ("aws_kms_key.example", "policy"),
    }[kind]
    text = json.dumps({"Version": "2012-10-17", "Statement": [dict(s) for s in statements]})
    return Document("test-stack", address, argument, text)

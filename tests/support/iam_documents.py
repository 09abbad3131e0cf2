"""The IAM documents of everything that the tests synthesize."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from support.output import Output
from tools.security.documents import Document, find_documents


def stacks_of(output: Output) -> dict[str, dict[str, Any]]:
    """The Terraform JSON of every stack by name."""
    return {name: output.stack(name).json for name in output.names}


def documents_of(stacks: Mapping[str, Mapping[str, Any]]) -> list[Document]:
    """Every document of every stack; the parts of a pipeline's permissions as one."""
    return list(
        _joined(found for name, body in stacks.items() for found in find_documents(name, body))
    )


def _joined(documents: Iterable[Document]) -> Iterator[Document]:
    """IAM limits the length of a policy, so that a role of `ci_roles` has several of them.

    What one statement allows on one type of resource, another one may need on a second type.
    """
    parts: dict[str, list[Document]] = {}
    for document in documents:
        part = re.fullmatch(r"(aws_iam_policy\.ci_.+)_\d+", document.address)
        if part is None:
            yield document
        else:
            parts.setdefault(f"{document.stack}/{part[1]}", []).append(document)
    for found in parts.values():
        statements = [
            statement | {"Sid": f"Part{index}{statement['Sid']}"}
            for index, each in enumerate(found)
            for statement in each.statements
        ]
        text = json.dumps({"Version": "2012-10-17", "Statement": statements})
        yield replace(found[0], text=text)


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

"""Finds every IAM policy document in a stack's Terraform JSON."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Kind = Literal["trust", "identity", "boundary", "resource", "repository"]
"""Who may take a role, what an identity may do or may do at most, or who may use the resource that
carries it.

A policy of a repository in ECR is about the repository itself, and has no resource.
https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
"""

POLICY_ARGUMENTS: Final = frozenset(
    {"policy", "assume_role_policy", "inline_policy", "access_policies", "access_policy"}
)
"""Arguments of AWS resources that hold a policy document as JSON text."""

UNREADABLE_DATA: Final = frozenset({"aws_iam_policy_document"})
"""Data sources that Terraform turns into a document only when it runs."""


class UnreadableDocumentError(Exception):
    """A policy cannot be analysed at synth; the message says where it is and what to do."""


@dataclass(frozen=True)
class Document:
    """One policy document.

    Attributes:
        stack: name of the stack.
        address: address of the resource that carries it.
        argument: path of the argument within the resource.
        text: the JSON text as it is in the stack, tokens included.
    """

    stack: str
    address: str
    argument: str
    text: str

    @property
    def name(self) -> str:
        """Where it is: stack, address and argument."""
        return f"{self.stack}/{self.address}.{self.argument}"

    @property
    def kind(self) -> Kind:
        """What it is, by the argument and the type of resource that carry it."""
        if self.argument.rpartition(".")[2] == "assume_role_policy":
            return "trust"
        if self.address.startswith("aws_ecr_repository_policy."):
            return "repository"
        if self.address == "aws_iam_policy.boundary":
            return "boundary"
        return "identity" if self.address.startswith("aws_iam_") else "resource"

    @property
    def statements(self) -> list[dict[str, Any]]:
        """Its statements."""
        return _list(json.loads(self.text)["Statement"])


def find_documents(stack: str, terraform: Mapping[str, Any]) -> list[Document]:
    """Finds the policy documents of a stack by their form, whatever resource carries them.

    A document is any text that is a JSON object with a `Statement`. So a new resource type
    needs no entry anywhere; what looks like a policy and cannot be read is an error.

    Returns:
        The documents, in the order of the stack.

    Raises:
        UnreadableDocumentError: an argument for policies holds something else than JSON, or a
            document is rendered by Terraform.
    """
    found: list[Document] = []
    for block, prefix in (("resource", ""), ("data", "data.")):
        for type_, bodies in terraform.get(block, {}).items():
            if type_ in UNREADABLE_DATA:
                raise UnreadableDocumentError(
                    f"{stack}: {type_} is rendered by Terraform; write the document with "
                    "modules.identity.policy, so that it can be read at synth"
                )
            for name, body in bodies.items():
                address = f"{prefix}{type_}.{name}"
                found += [
                    Document(stack, address, path, text)
                    for path, text in _texts(body, "")
                    if _is_document(f"{stack}/{address}.{path}", text)
                ]
    return found


def values(statement: Mapping[str, Any], element: str) -> list[str]:
    """An element of a statement as a list: Action, Resource and the like may be one string."""
    return _list(statement.get(element, []))


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, child in value.items():
            if key != "//":  # the comment that CDKTF leaves in every body
                yield from _texts(child, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _texts(child, f"{path}.{index}".lstrip("."))


def _is_document(where: str, text: str) -> bool:
    try:
        content = json.loads(text)
    except ValueError:
        argument = where.rpartition(".")[2]
        # The second half catches jsonencode() and heredocs in arguments of any name.
        if argument in POLICY_ARGUMENTS or ("Statement" in text and "Effect" in text):
            raise UnreadableDocumentError(
                f"{where}: is not JSON that can be read at synth: {text[:80]}"
            ) from None
        return False
    return isinstance(content, dict) and "Statement" in content


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

"""What the project promises of its IAM documents beyond what a linter checks."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tools.security.documents import Document, values

CALLER_DATA: Final = (
    "aws_caller_identity",
    "aws_canonical_user_id",
    "aws_iam_session_context",
    "aws_arn",
)
"""Data sources by which a stack would depend on who runs Terraform, or hide that it does."""

_MANAGED_POLICY: Final = re.compile(r"arn:[\w-]+:iam::aws:policy/([\w+=,.@/-]+)")

Statement = Mapping[str, Any]


def elements(document: Document) -> list[str]:
    """Finds elements that a type of document must have, or cannot have.

    AWS refuses such documents only when they are applied.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    problems: list[str] = []
    for statement in document.statements:
        for element, have_none in (
            ("Principal", {"identity", "boundary"}),
            ("Resource", {"trust", "repository"}),
        ):
            if (element in statement) == (document.kind in have_none):
                word = "has" if element in statement else "lacks"
                problems.append(_at(document, statement, f"{word} a {element}"))
        problems += [
            _at(document, statement, f"{element} also means everything that is new tomorrow")
            for element in ("NotAction", "NotResource", "NotPrincipal")
            if element in statement and statement["Effect"] == "Allow"
        ]
    return problems


def principals(document: Document) -> list[str]:
    """Finds trust policies that name no type of principal or several, and doors open to anyone.

    A role that both a service and a person can take cannot be reviewed as either.
    """
    allowed = [s for s in document.statements if s["Effect"] == "Allow"]
    everyone = [
        _at(document, statement, "allows every principal without a condition")
        for statement in allowed
        if "*" in _identifiers(statement)
        and (document.kind == "trust" or not statement.get("Condition"))
    ]
    if document.kind != "trust":
        return everyone
    kinds = {kind for s in allowed for kind in _principals(s)}
    if len(kinds) != 1:
        everyone.append(f"{document.name}: names {len(kinds)} types of principal: {sorted(kinds)}")
    return everyone


def unscoped(document: Document) -> list[tuple[str, str]]:
    """Finds what an identity may do with every resource and on no condition.

    Returns:
        The actions, each with the place that allows it.
    """
    if document.kind != "identity":
        return []
    return [
        (action, _at(document, statement, f"{action} on every resource without a condition"))
        for statement in document.statements
        if statement["Effect"] == "Allow"
        and not statement.get("Condition")
        and any(_is_everything(arn) for arn in values(statement, "Resource"))
        for action in values(statement, "Action")
    ]


def whole_services(document: Document) -> list[str]:
    """Finds `*` and `service:*`, but for the account in the policy of a KMS key.

    Without that statement a key whose administrators are deleted cannot be recovered:
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    return [
        _at(document, statement, f"allows {action}")
        for statement in document.statements
        # A boundary allows nothing by itself.
        if statement["Effect"] == "Allow" and document.kind != "boundary"
        for action in values(statement, "Action")
        if action.rpartition(":")[2].strip("*") == "" and not _is_key_owner(document, statement)
    ]


def wildcard_actions(document: Document) -> list[str]:
    """Finds actions of an identity that are not written out.

    What a wildcard allows grows with the services of AWS, without a review.
    """
    if document.kind != "identity":
        return []
    return [
        _at(document, statement, f"allows {action}")
        for statement in document.statements
        if statement["Effect"] == "Allow"
        for action in values(statement, "Action")
        if "*" in action or "?" in action
    ]


def managed_policies(terraform: Mapping[str, Any]) -> set[str]:
    """Finds the names, with their paths, of the managed policies of AWS that a stack attaches."""
    return set(_MANAGED_POLICY.findall(json.dumps(terraform.get("resource", {}))))


def callers(stack: str, terraform: Mapping[str, Any]) -> list[str]:
    """Finds what would make a stack depend on who runs Terraform.

    A key or cluster that admits only its creator is inaccessible once that role is deleted.
    """
    text = json.dumps(terraform)
    problems = [f"{stack}: names {source}" for source in CALLER_DATA if source in text]
    for name, cluster in terraform.get("resource", {}).get("aws_eks_cluster", {}).items():
        access = cluster.get("access_config", {})
        if access.get("bootstrap_cluster_creator_admin_permissions") is not False:
            problems.append(f"{stack}: aws_eks_cluster.{name} makes its creator an administrator")
    return problems


def _principals(statement: Statement) -> dict[str, list[str]]:
    principal = statement.get("Principal", {})
    if isinstance(principal, str):
        return {principal: [principal]}
    return {kind: values(principal, kind) for kind in principal}


def _identifiers(statement: Statement) -> Iterable[str]:
    return [name for names in _principals(statement).values() for name in names]


def _is_everything(arn: str) -> bool:
    """`*`, `arn:aws:s3:::*`, `arn:*:ec2:*:*:*` and the like: no part says which resource."""
    return arn.split(":", 5)[-1].strip("*/:") == ""


def _is_key_owner(document: Document, statement: Statement) -> bool:
    return (
        re.search(r"\.aws_kms_(replica_)?key\.", f".{document.address}") is not None
        and _identifiers(statement) != []
        and all(name.endswith(":root") for name in _identifiers(statement))
    )


def _at(document: Document, statement: Statement, what: str) -> str:
    return f"{document.name} {statement.get('Sid', '')}: {what}"

"""Runs parliament on one document and removes findings that an explanation covers."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from config.derived.ci import GITHUB
from tools.security.documents import Document, values
from tools.security.parliament_library import Issue, analyze, arn_matches
from tools.security.tokens import with_examples

_GITHUB_CLAIMS: Final = ("repository_id", "ref")
"""Claims of GitHub's tokens besides, which IAM knows since January 2026:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html"""

_OIDC_PROVIDER: Final = r"arn:[\w-]+:iam::\d{12}:oidc-provider/[\w.-]+(/[\w.-]+)*"

Statements = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Explanation:
    """A known false positive of parliament.

    Attributes:
        issue: the id of the finding.
        covers: whether the rule holds for a finding, given the statements of its document.
        reason: why the document is right.
        source: documentation.
    """

    issue: str
    covers: Callable[[Issue, Statements], bool]
    reason: str
    source: str


def _allowed_elsewhere(issue: Issue, statements: Statements) -> bool:
    return all(
        any(
            statement["Effect"] == "Allow"
            and need["action"] in values(statement, "Action")
            and any(
                arn_matches(need["required_format"], arn) for arn in values(statement, "Resource")
            )
            for statement in statements
        )
        for need in issue.detail
    )


def _public_parameter(issue: Issue, statements: Statements) -> bool:
    arns = values(statements[issue.statement or 0], "Resource")
    return all(need["action"].startswith("ssm:Get") for need in issue.detail) and all(
        arn.split(":")[4] == "" and arn.split(":", 5)[5].startswith("parameter/aws/service/")
        for arn in arns
    )


def _arn_of_log_group(issue: Issue, statements: Statements) -> bool:
    condition = statements[issue.statement or 0]["Condition"]
    compared = [keys for operator, keys in condition.items() if f" {operator} " in issue.detail]
    return compared != [] and all(
        list(keys) == ["kms:EncryptionContext:aws:logs:arn"] for keys in compared
    )


def _oidc_provider(issue: Issue, _: Statements) -> bool:
    return re.fullmatch(_OIDC_PROVIDER, str(issue.detail)) is not None


def _claims_of_the_token(issue: Issue, statements: Statements) -> bool:
    """The keys are the issuer of the statement's own provider, with a claim of its tokens."""
    statement = statements[issue.statement or 0]
    provider = str(statement.get("Principal", {}).get("Federated", ""))
    issuer = provider.partition(":oidc-provider/")[2]
    keys = [key for keys in statement["Condition"].values() for key in keys]
    claims = ("aud", "sub", *(_GITHUB_CLAIMS if issuer == GITHUB else ()))
    return bool(issuer) and all(key in {f"{issuer}:{claim}" for claim in claims} for key in keys)


def _alias_of_the_key(issue: Issue, statements: Statements) -> bool:
    """The only key that parliament does not know is the one for the aliases of a KMS key."""
    statement = statements[issue.statement or 0]
    return all(action.startswith("kms:") for action in values(statement, "Action")) and (
        "Unknown condition kms:ResourceAliases for" in str(issue.detail)
    )


def _tags_at_creation(issue: Issue, statements: Statements) -> bool:
    """The only key that parliament does not know is the one for tagging while creating."""
    statement = statements[issue.statement or 0]
    return values(statement, "Action") == [
        "elasticloadbalancing:AddTags"
    ] and "Unknown condition elasticloadbalancing:CreateAction for" in str(issue.detail)


def _checks_the_document(issue: Issue, statements: Statements) -> bool:
    """The only key that parliament does not know is the one for the documents of sessions."""
    statement = statements[issue.statement or 0]
    return values(statement, "Action") == [
        "ssm:StartSession"
    ] and "Unknown condition ssm:SessionDocumentAccessCheck for" in str(issue.detail)


def _makes_the_bucket(issue: Issue, statements: Statements) -> bool:
    """The identity creates the very buckets whose policy it writes."""
    arn = re.search(r"arn:\S+", str(issue.detail))
    return arn is not None and any(
        "s3:CreateBucket" in values(statement, "Action") and arn[0] in values(statement, "Resource")
        for statement in statements
    )


EXPLANATIONS: Final = (
    Explanation(
        "RESOURCE_MISMATCH",
        _allowed_elsewhere,
        "IAM needs each resource type of a call to be allowed by some statement, not all by "
        "one; other statements of the document allow the types that this one lacks",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances",
    ),
    Explanation(
        "RESOURCE_MISMATCH",
        _public_parameter,
        "the public parameters below /aws/service belong to no account",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html",
    ),
    Explanation(
        "MISMATCHED_TYPE",
        _arn_of_log_group,
        "the encryption context that CloudWatch Logs gives is an ARN, which AWS itself compares "
        "with ArnEquals and ArnLike",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    ),
    Explanation(
        "UNKNOWN_FEDERATION_SOURCE",
        _oidc_provider,
        "parliament knows four public identity providers and SAML; the OIDC provider of a cluster "
        "or of CI is one of the account's own",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
    ),
    Explanation(
        "UNKNOWN_CONDITION_FOR_ACTION",
        _claims_of_the_token,
        "the claims of a web identity are compared under the name of its issuer",
        "https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html",
    ),
    Explanation(
        "UNKNOWN_CONDITION_FOR_ACTION",
        _alias_of_the_key,
        "every operation on a KMS key can be limited to the keys that carry an alias; parliament's "
        "data lack the condition",
        "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-resource-aliases",
    ),
    Explanation(
        "UNKNOWN_CONDITION_FOR_ACTION",
        _checks_the_document,
        "a session can be refused unless its document is allowed too; parliament's list of keys "
        "lacks it",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-sessiondocumentaccesscheck.html",
    ),
    Explanation(
        "UNKNOWN_CONDITION_FOR_ACTION",
        _tags_at_creation,
        "Elastic Load Balancing has the key for AddTags since it lets tags be limited to creation; "
        "parliament's data are older",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html",
    ),
    Explanation(
        "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
        _makes_the_bucket,
        "who makes a bucket writes its policy, and could read what it made; a role of a pipeline "
        "makes the buckets of its own stacks only, and never that of the states",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html",
    ),
)
"""Every known false finding. One that explains nothing any more fails a test."""


@dataclass(frozen=True)
class Judgement:
    """An issue of a document, and what explains it, if anything does."""

    document: Document
    issue: Issue
    explanation: Explanation | None

    def __str__(self) -> str:
        sid = ""
        if self.issue.statement is not None:
            sid = f" {self.document.statements[self.issue.statement].get('Sid', '')}"
        return f"{self.document.name}{sid}: {self.issue.id} {self.issue.detail}"


def lint(document: Document) -> list[Judgement]:
    """Analyses a document.

    Policies of roles and of repositories have no resource, without which parliament stops
    reading; they are analysed with one added, being about nothing but what carries them.

    Returns:
        The issues of medium severity or above, each with its explanation.

    Raises:
        UnknownTokenError: the document holds an expression that has no example.
    """
    readable = replace(document, text=with_examples(document.text))
    statements = readable.statements
    if document.kind in {"trust", "repository"}:
        statements = [{"Resource": "*", **statement} for statement in statements]
    content = json.loads(readable.text) | {"Statement": statements}
    return [
        Judgement(document, issue, _explanation(issue, statements))
        for issue in analyze(json.dumps(content))
        if issue.is_serious
    ]


def _explanation(issue: Issue, statements: Statements) -> Explanation | None:
    return next(
        (e for e in EXPLANATIONS if e.issue == issue.id and e.covers(issue, statements)), None
    )

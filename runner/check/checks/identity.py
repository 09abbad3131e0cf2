"""The account and the identity of the credentials."""

import re
from collections.abc import Iterator
from typing import Final

from runner.check.context import CheckContext
from runner.check.finding import Finding, NotCheckedError

FAILED: Final = "Use credentials of the account, for example with AWS_PROFILE, and check again."

_ENTRY: Final = re.compile(r"aws_eks_access_entry\.(\w+)\.principal_arn")


def find(context: CheckContext) -> Iterator[Finding]:
    """Compares the account; says who would reach the Kubernetes API."""
    wanted = context.environment.account
    try:
        identity = context.aws.call("sts", "get_caller_identity")
    except NotCheckedError as error:
        needed = f"credentials of account {wanted}"
        yield Finding("error", "credentials", error.reason, needed, FAILED)
        return
    account, arn = identity["Account"], identity["Arn"]
    if account != wanted:
        yield Finding("error", "account", f"{account} ({arn})", wanted, FAILED)
        return
    yield Finding("ok", "account", account, wanted)
    if arn.endswith(":root"):
        yield Finding(
            "warning",
            "identity",
            arn,
            "a role or a user",
            "Use a role: access entries and KMS keys cannot name the root user.",
        )
    elif context.needs.of("aws_eks_access_entry"):
        yield _kubernetes(context, arn)


def _kubernetes(context: CheckContext, arn: str) -> Finding:
    """The platform stack calls the Kubernetes API as the identity that runs Terraform."""
    admins = _administrators(context)
    if _principal(arn) in {_principal(admin) for admin in admins}:
        return Finding("ok", "identity", arn, "an administrator of the cluster")
    return Finding(
        "warning",
        "identity",
        arn,
        f"an administrator: {', '.join(admins)}",
        "Apply the platform stack as one of these: EKS lets no other identity administer the "
        "cluster. Or add this one to `admins`.",
    )


def _administrators(context: CheckContext) -> list[str]:
    entries = {entry.name: entry for entry in context.needs.of("aws_eks_access_entry")}
    found: list[str] = []
    for grant in context.needs.of("aws_eks_access_policy_association"):
        entry = _ENTRY.search(grant.attributes["principal_arn"])
        if entry and grant.attributes["policy_arn"].endswith("/AmazonEKSClusterAdminPolicy"):
            found.append(entries[entry[1]].attributes["principal_arn"])
    return found


def _principal(arn: str) -> str:
    """What an identity and its role have in common: kind and name, without path and session."""
    kind, _, rest = arn.rpartition(":")[2].partition("/")
    if kind == "assumed-role":
        return f"role/{rest.partition('/')[0]}"
    return f"{kind}/{rest.rpartition('/')[2]}"

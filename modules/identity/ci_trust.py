"""Trust policies of the IAM roles that jobs of CI assume."""

from collections.abc import Iterator, Sequence

from config.derived.ci import github_issuer, github_subjects, gitlab_issuer, gitlab_subject
from config.environment import Environment
from config.types.oidc import OidcTrust
from modules.identity.policy import Condition, Statement


def ci_trust(oidc: OidcTrust | None, principals: Sequence[str]) -> Iterator[Statement]:
    """The statements of a trust policy.

    Args:
        oidc: jobs with a token of an OIDC provider.
        principals: ARNs of IAM roles and users.
    """
    if oidc is not None:
        yield _oidc_trust(oidc)
    if principals:
        yield Statement("Principals", ["sts:AssumeRole"], principals={"AWS": principals})


def _oidc_trust(oidc: OidcTrust) -> Statement:
    """Audience and subject are both compared: the provider has tokens for all its customers.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
    """
    issuer = oidc.provider.partition(":oidc-provider/")[2]
    audience = {f"{issuer}:aud": oidc.audience}
    subjects = {f"{issuer}:sub": oidc.subjects}
    patterns = any("*" in subject for subject in oidc.subjects)
    return _federated(
        "Jobs",
        oidc.provider,
        (
            {"StringEquals": audience, "StringLike": subjects}
            if patterns
            else {"StringEquals": {**audience, **subjects}}
        ),
    )


def repository_trust(environment: Environment, name: str) -> Iterator[Statement]:
    """The statements by which jobs of the repository of `ci` assume a role of `ci_roles`.

    GitHub's id of the repository is compared too, and for a role that applies its branch: the
    subject of a job with an environment does not have it, so that the role would else depend on the
    branch rules of that environment. `ForAllValues` is true where a claim is missing, and is not
    used.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
    """
    ci = environment.ci
    applies = environment.ci_roles[name].access == "apply"
    if ci.github is not None:
        issuer = github_issuer(ci.github)
        claims: dict[str, str | Sequence[str]] = {
            f"{issuer.host}:aud": issuer.audience,
            f"{issuer.host}:sub": github_subjects(environment, name, ci.github),
            f"{issuer.host}:repository_id": str(ci.github.repository_id),
        }
        if applies:
            claims[f"{issuer.host}:ref"] = f"refs/heads/{ci.branch}"
        yield _federated("GitHub", issuer.arn(environment), {"StringEquals": claims})
    if ci.gitlab is not None:
        issuer = gitlab_issuer(ci.gitlab)
        audience = {f"{issuer.host}:aud": issuer.audience}
        subject = {f"{issuer.host}:sub": gitlab_subject(environment, name, ci.gitlab)}
        conditions: Condition = (
            {"StringEquals": audience | subject}
            if applies
            else {"StringEquals": audience, "StringLike": subject}
        )
        yield _federated("GitLab", issuer.arn(environment), conditions)


def _federated(sid: str, provider: str, conditions: Condition) -> Statement:
    return Statement(
        sid,
        ["sts:AssumeRoleWithWebIdentity"],
        principals={"Federated": [provider]},
        conditions=conditions,
    )

"""Trust policies of the IAM roles that jobs of CI assume."""

from collections.abc import Iterator, Sequence

from config.types.oidc import OidcTrust
from modules.identity.policy import Statement


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
    return Statement(
        "Jobs",
        ["sts:AssumeRoleWithWebIdentity"],
        principals={"Federated": [oidc.provider]},
        conditions=(
            {"StringEquals": audience, "StringLike": subjects}
            if patterns
            else {"StringEquals": {**audience, **subjects}}
        ),
    )

"""IAM roles for service accounts: trust through the cluster's OIDC provider."""

from modules.identity.policy import Statement, policy_document
from modules.identity.service_account import ServiceAccount


def irsa_trust(provider_arn: str, issuer: str, service_account: ServiceAccount) -> str:
    """Lets one service account of one cluster assume a role through a web identity.

    Audience and subject are both compared for equality: without the audience a token made for
    another service would do, with a pattern as subject another namespace might.

    Args:
        issuer: the issuer's host and path, without https://.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
    """
    subject = f"system:serviceaccount:{service_account.namespace}:{service_account.name}"
    return policy_document(
        Statement(
            "ServiceAccount",
            ["sts:AssumeRoleWithWebIdentity"],
            principals={"Federated": [provider_arn]},
            conditions={
                "StringEquals": {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": subject}
            },
        )
    )

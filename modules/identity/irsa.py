"""IAM roles for service accounts (IRSA): trust through the cluster's OIDC provider."""

from modules.identity.policy import Statement, policy_document
from modules.identity.service_account import ServiceAccount


def irsa_trust(provider_arn: str, issuer: str, service_account: ServiceAccount) -> str:
    """The trust policy that lets one service account of one cluster assume a role.

    Audience and subject are compared for equality: without the audience a token for another service
    would be accepted, and with a pattern as subject another namespace might be.

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

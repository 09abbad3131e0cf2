"""The IAM OIDC providers that roles of pipelines trust by `ci`."""

from cdktf_cdktf_provider_aws.data_aws_iam_openid_connect_provider import (
    DataAwsIamOpenidConnectProvider,
)
from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from constructs import Construct

from config.derived.ci import issuers
from config.environment import Environment


def ci_providers(scope: Construct, environment: Environment) -> None:
    """Makes the provider of each issuer, or looks it up, so that a missing one fails the plan.

    An account has one for each issuer. IAM verifies the certificates of these issuers against its
    own list of CAs, so that no thumbprint is needed.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
    """
    for key, issuer in issuers(environment).items():
        id_, url = f"ci_{key}", f"https://{issuer.host}"
        if issuer.created:
            IamOpenidConnectProvider(
                scope, id_, url=url, client_id_list=[issuer.audience], tags={"Name": key}
            )
        else:
            DataAwsIamOpenidConnectProvider(scope, id_, url=url)

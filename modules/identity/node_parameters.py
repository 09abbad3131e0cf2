"""Parameters of Systems Manager, which nodes have no use for."""

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from config.environment import Environment
from modules.identity.policy import Statement, policy_document


def deny_parameters(scope: Construct, id_: str, environment: Environment, role: IamRole) -> None:
    """Denies the account's parameters, which AmazonSSMManagedInstanceCore allows to read.

    What reaches a node's credentials would otherwise read all of them. Those that AWS publishes are
    in no account and stay readable.

    Args:
        id_: id of the role; the policy is `<id>_parameters`.

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
    """
    if environment.cluster.node_parameters:
        return
    parameters = (
        f"arn:{environment.partition}:ssm:{environment.region}:{environment.account}:parameter/*"
    )
    statement = Statement(
        "NoParameters", ["ssm:GetParameter", "ssm:GetParameters"], [parameters], effect="Deny"
    )
    IamRolePolicy(
        scope,
        f"{id_}_parameters",
        name="no-parameters",
        role=role.id,
        policy=policy_document(statement),
    )

"""VPC flow logs in an encrypted CloudWatch log group."""

from cdktf_cdktf_provider_aws.flow_log import FlowLog
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.identity.policy import Statement, policy_document, service_trust
from modules.identity.roles import iam_role
from modules.logs.encrypted_log_group import EncryptedLogGroup


def flow_logs(scope: Construct, environment: Environment, vpc_id: str) -> None:
    """Makes key, log group, role and flow log, if `network.flow_logs` says so (A1)."""
    settings = environment.network.flow_logs
    if not environment.network.writes_flow_logs:
        return
    name = f"/aws/vpc/{environment.name}/flow-logs"
    logs = EncryptedLogGroup(
        scope,
        environment,
        key_id="flow_logs_key",
        group_id="flow_logs_group",
        name=name,
        alias=f"alias/{environment.name}-flow-logs",
        description=f"VPC flow logs of {environment.name}",
        retention_days=settings.retention_days,
    )
    role = iam_role(
        scope,
        "flow_logs_role",
        environment,
        name=names.role(environment, f"{environment.name}-flow-logs"),
        description="Writes VPC flow logs to CloudWatch",
        trust=_trust(environment),
    )
    policy = IamRolePolicy(
        scope,
        "flow_logs_policy",
        name="write",
        role=role.id,
        policy=_write(environment, name),
    )
    FlowLog(
        scope,
        "flow_log",
        vpc_id=vpc_id,
        traffic_type=settings.traffic,
        log_destination_type="cloud-watch-logs",
        log_destination=logs.group.arn,
        iam_role_arn=role.arn,
        max_aggregation_interval=60,
        tags={"Name": environment.name},
        # Records that arrive before the policy are lost, and the flow log shows an access error.
        depends_on=[policy],
    )


def _trust(environment: Environment) -> str:
    """Trusts the flow log service for flow logs of this account only.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    partition, region, account = environment.partition, environment.region, environment.account
    return service_trust(
        "vpc-flow-logs.amazonaws.com",
        {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": f"arn:{partition}:ec2:{region}:{account}:vpc-flow-log/*"},
        },
    )


def _write(environment: Environment, log_group: str) -> str:
    """Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html."""
    partition, region, account = environment.partition, environment.region, environment.account
    groups = f"arn:{partition}:logs:{region}:{account}:log-group"
    arn = f"{groups}:{log_group}"
    return policy_document(
        # IAM does not check this action against a single log group.
        Statement("Find", ["logs:DescribeLogGroups"], [f"{groups}:*"]),
        Statement(
            "Write",
            ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            [arn, f"{arn}:log-stream:*"],
        ),
    )

"""VPC flow logs in an encrypted CloudWatch log group."""

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.flow_log import FlowLog
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from config.environment import Environment
from modules.identity.kms import EncryptionKey, log_group_use
from modules.identity.policy import Statement, policy_document, service_trust
from modules.network.vpc import Vpc


class FlowLogs:
    """Flow logs of a VPC, encrypted with a key of their own and kept as long as configured (A1)."""

    def __init__(self, scope: Construct, environment: Environment, vpc: Vpc) -> None:
        """Makes key, log group, role and flow log, or nothing where flow logs are off.

        Args:
            scope: the stack.
            environment: gives names and settings.
            vpc: the VPC to watch.
        """
        settings = environment.network.flow_logs
        if not settings.enabled:
            return
        name = f"/aws/vpc/{environment.name}/flow-logs"
        key = EncryptionKey(
            scope,
            "flow_logs_key",
            environment,
            alias=f"alias/{environment.name}-flow-logs",
            description=f"VPC flow logs of {environment.name}",
            services=[log_group_use(environment, name)],
        )
        group = CloudwatchLogGroup(
            scope,
            "flow_logs_group",
            name=name,
            kms_key_id=key.arn,
            retention_in_days=settings.retention_days,
        )
        role = IamRole(
            scope,
            "flow_logs_role",
            name=f"{environment.name}-flow-logs",
            description="Writes VPC flow logs to CloudWatch",
            assume_role_policy=_trust(environment),
        )
        IamRolePolicy(
            scope,
            "flow_logs_policy",
            name="write",
            role=role.id,
            policy=_write(environment, name),
        )
        FlowLog(
            scope,
            "flow_log",
            vpc_id=vpc.id,
            traffic_type=settings.traffic,
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=60,
            tags={"Name": environment.name},
        )


def _trust(environment: Environment) -> str:
    """Trusts the flow-log service on behalf of this account only.

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
    partition, region, account = environment.partition, environment.region, environment.account
    arn = f"arn:{partition}:logs:{region}:{account}:log-group:{log_group}"
    return policy_document(
        Statement(
            "Write",
            ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            [arn, f"{arn}:log-stream:*"],
        ),
    )

"""The log group of pods and nodes, for logs in CloudWatch (I4)."""

from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.logs.encrypted_log_group import EncryptedLogGroup


def container_logs(scope: Construct, environment: Environment) -> None:
    """Makes log group and key, where Fluent Bit sends logs to CloudWatch.

    They belong to the cluster stack, so that logs outlive the platform stack.
    """
    if not environment.platform.fluent_bit.sends_to("cloudwatch"):
        return
    EncryptedLogGroup(
        scope,
        environment,
        key_id="container_logs_key",
        group_id="container_logs_group",
        name=names.container_log_group(environment),
        alias=f"alias/{environment.cluster_name}-container-logs",
        description=f"Logs of pods and nodes of {environment.cluster_name}",
        retention_days=environment.platform.fluent_bit.cloudwatch.retention_days,
    )

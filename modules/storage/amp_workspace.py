"""The workspace of Amazon Managed Service for Prometheus, with key and log (L11)."""

from cdktf_cdktf_provider_aws.prometheus_workspace import (
    PrometheusWorkspace,
    PrometheusWorkspaceLoggingConfiguration,
)
from cdktf_cdktf_provider_aws.prometheus_workspace_configuration import (
    PrometheusWorkspaceConfiguration,
)
from constructs import Construct

from config.derived import names
from config.derived.amp import ENDPOINT, WORKSPACE_ARN
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.lifecycle import protection
from modules.logs.encrypted_log_group import EncryptedLogGroup
from modules.outputs import Output, add_outputs


def amp_workspace(scope: Construct, environment: Environment) -> None:
    """Makes workspace, retention, log and outputs; kept unless `force_destroy` is set.

    AWS cannot change the key of a workspace: Terraform would replace it, which the protection
    refuses.
    """
    settings = environment.platform.monitoring.amp
    key = settings.kms_key or _key(scope, environment)
    workspace = PrometheusWorkspace(
        scope,
        "amp",
        alias=settings.alias or environment.name,
        kms_key_arn=key,
        logging_configuration=_log(scope, environment),
        lifecycle=protection(when=not settings.force_destroy),
    )
    PrometheusWorkspaceConfiguration(
        scope,
        "amp_configuration",
        workspace_id=workspace.id,
        retention_period_in_days=settings.retention_days,
    )
    outputs = {
        WORKSPACE_ARN: Output(workspace.arn, "The workspace of Amazon Managed Prometheus"),
        ENDPOINT: Output(workspace.prometheus_endpoint, "Its address, which ends in a slash"),
    }
    add_outputs(scope, outputs)


def _key(scope: Construct, environment: Environment) -> str:
    """The key, of which AWS takes a grant as the caller that creates the workspace.

    Source: https://docs.aws.amazon.com/prometheus/latest/userguide/encryption-at-rest-Amazon-Service-Prometheus.html
    """
    return EncryptionKey(
        scope,
        "amp_key",
        environment,
        alias=names.amp_key_alias(environment),
        description=f"Metrics of {environment.name} in Amazon Managed Prometheus",
        prevent_destroy=not environment.platform.monitoring.amp.force_destroy,
    ).arn


def _log(
    scope: Construct, environment: Environment
) -> PrometheusWorkspaceLoggingConfiguration | None:
    days = environment.platform.monitoring.amp.log_retention_days
    if days is None:
        return None
    name = names.amp_log_group(environment)
    logs = EncryptedLogGroup(
        scope,
        environment,
        key_id="amp_logs_key",
        group_id="amp_logs",
        name=name,
        alias=f"{names.amp_key_alias(environment)}-logs",
        description=f"Log of Amazon Managed Prometheus of {environment.name}",
        retention_days=days,
    )
    # AWS expects the streams of the group.
    return PrometheusWorkspaceLoggingConfiguration(log_group_arn=f"{logs.group.arn}:*")

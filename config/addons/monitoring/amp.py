"""`platform.monitoring.amp`: metrics in Amazon Managed Service for Prometheus."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from config.reading.form import Form
from config.settings import Settings
from config.types.aws import AmpWorkspace, KmsKeyArn, RetentionDays
from config.types.kubernetes import MetricPattern

PluginUrl = Annotated[
    str,
    StringConstraints(pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]+)?/[A-Za-z0-9._~%/-]+\.zip$"),
    Form("an https:// address of a ZIP archive, without a query"),
]

OF_CREATED: Final = (
    "alias",
    "kms_key",
    "retention_days",
    "log_retention_days",
    "force_destroy",
)
"""The settings of a workspace that the network stack creates."""


class AmpQueue(Settings):
    """The queue of the remote write, of each replica of Prometheus.

    Source of the defaults: https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-onboard-ingest-metrics-new-Prometheus.html
    """

    max_shards: Annotated[int, Field(ge=1, le=1000)] = 200
    """Largest number of requests at the same time."""

    max_samples_per_send: Annotated[int, Field(ge=100, le=10000)] = 1000
    """Largest number of samples of a request."""

    capacity: Annotated[int, Field(ge=100, le=100000)] = 2500
    """Samples that each shard buffers in memory."""


class AmpDataSource(Settings):
    """The workspace as a data source of Grafana."""

    enabled: bool = True
    """Add it, with the plugin that Grafana needs for it and an IAM role that may query the
    workspace only."""

    plugin_url: PluginUrl | None = None
    """Where Grafana downloads the plugin, of the version in `config/versions.yaml`.
    Default: grafana.com."""


class AmpSettings(Settings):
    """Amazon Managed Service for Prometheus, to which Prometheus also writes its metrics.

    Alerts, recording rules and dashboards stay with the platform's Prometheus.
    """

    enabled: bool = False
    """Write metrics to the workspace, and create it unless `workspace` is set."""

    workspace: AmpWorkspace | None = None
    """A workspace that exists. Default: the network stack creates one, so that it outlives
    clusters."""

    alias: (
        Annotated[
            str,
            StringConstraints(
                pattern=r"^[A-Za-z0-9]([A-Za-z0-9 ._:/=+@-]{0,98}[A-Za-z0-9._:/=+@-])?$"
            ),
            Form("1 to 100 letters, digits, spaces and ._-:/=+@"),
        ]
        | None
    ) = None
    """Alias of the created workspace. Default: the environment's name."""

    kms_key: KmsKeyArn | None = None
    """KMS key of the created workspace, in the environment's region. AWS cannot change it: another
    key needs another workspace. Default: the network stack creates a key."""

    retention_days: Annotated[int, Field(ge=1, le=1095)] = 150
    """Retention of the created workspace, in days."""

    log_retention_days: RetentionDays | None = None
    """Log what the created workspace refuses, to an encrypted CloudWatch log group with this
    retention in days. Default: no log."""

    force_destroy: bool = False
    """Let Terraform delete the created workspace with its metrics and its key. Otherwise Terraform
    refuses to destroy the network stack and to replace the workspace, and when `enabled` becomes
    false it leaves them in AWS."""

    metrics: list[MetricPattern] = []
    """Names of the metrics to write, with * for any characters. AWS bills each sample. Default:
    all metrics."""

    queue: AmpQueue = AmpQueue()
    """The queue of the remote write."""

    data_source: AmpDataSource = AmpDataSource()
    """The data source of Grafana."""

    local_retention_hours: Annotated[int, Field(ge=3, le=8760)] | None = None
    """Retention of the platform's Prometheus, in hours, instead of `prometheus.retention_days`.
    Alerts, dashboards and reports read the metrics of this time only."""

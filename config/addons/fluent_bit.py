"""`platform.fluent_bit`: collection of logs, and where they are stored."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings
from config.reading.form import Form
from config.settings import Settings
from config.types.aws import RetentionDays
from config.types.edge import Port, ZoneName
from config.types.kubernetes import Namespace, ObjectName

LogDestination = Literal["elasticsearch", "cloudwatch", "existing"]


IndexName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,199}$"),
    Form("lower-case letters, digits and any of . _ -"),
]

SecretKey = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,253}$"),
    Form("a key of a Kubernetes secret"),
]

OpenSearchDomain = Annotated[
    str,
    StringConstraints(pattern=r"^arn:aws(-cn|-us-gov)?:es:[a-z0-9-]+:[0-9]{12}:domain/[a-z0-9-]+$"),
    Form("the ARN of a domain, arn:aws:es:<region>:<account>:domain/<name>"),
]


class CloudWatchLogs(Settings):
    """A CloudWatch log group, encrypted with its own KMS key."""

    retention_days: RetentionDays = 365
    """Retention of the log group, in days."""


class LogStoreCredentials(Settings):
    """A Kubernetes Secret in Fluent Bit's namespace; `external_secrets.sources` sets its source."""

    secret: ObjectName
    """Name of the Secret."""

    username_key: SecretKey = "username"
    """Key of the user name."""

    password_key: SecretKey = "password"  # noqa: S105 -- the name of a key
    """Key of the password."""


class ExistingLogStore(Settings):
    """An existing Elasticsearch or OpenSearch, which sets its own retention."""

    product: Literal["elasticsearch", "opensearch"]
    """Product."""

    host: ZoneName
    """Host name, without https://."""

    port: Port = 9200
    """Port; 443 for domains of Amazon OpenSearch Service."""

    index: IndexName = "logs-kubernetes-default"
    """Index or data stream to write to."""

    tls: bool = True
    """Use TLS, and verify certificate and host name."""

    ca_secret: ObjectName | None = None
    """Secret in Fluent Bit's namespace whose key `ca.crt` is the CA certificate. Default: the
    public CAs."""

    credentials: LogStoreCredentials | None = None
    """User name and password. Default: none."""

    aws_domain: OpenSearchDomain | None = None
    """ARN of a domain of Amazon OpenSearch Service: requests are signed with the IAM role of Fluent
    Bit, which may write to this domain only. Default: none."""


class FluentBitSettings(AddonSettings):
    """Fluent Bit, which collects the logs of every node."""

    destination: LogDestination = "elasticsearch"
    """Destination of logs: Elasticsearch in the cluster, CloudWatch Logs, or an existing log
    store."""

    cloudwatch: CloudWatchLogs = CloudWatchLogs()
    """The log group, if the destination is `cloudwatch`."""

    existing: ExistingLogStore | None = None
    """The log store, if the destination is `existing`."""

    node_logs: bool = True
    """Also collect the journal logs of kubelet and containerd."""

    kubernetes_events: bool = True
    """Also collect the events of the Kubernetes API, which keeps them for an hour only."""

    exclude_namespaces: Annotated[list[Namespace], Field(max_length=100)] = []
    """Namespaces whose pods' logs are not collected."""

    drop_health_checks: bool = True
    """Drop access log lines of health checks by Kubernetes and load balancers."""

    multiline: list[Literal["go", "java", "python", "ruby"]] = ["go", "java", "python", "ruby"]
    """Languages whose stack traces are joined to one record."""

    buffer_gib: Annotated[int, Field(ge=1, le=50)] = 2
    """Maximum size of the buffer on each node's disk while the destination is unavailable, in GiB.
    When it is full, the oldest chunks are dropped."""

    retry_limit: Annotated[int, Field(ge=1, le=10000)] = 300
    """Number of retries of a chunk, at intervals that increase to five minutes; 300 take about half
    a day. Then the chunk is dropped."""

    def sends_to(self, destination: LogDestination) -> bool:
        """Whether logs are collected and sent to a destination."""
        return self.enabled and self.destination == destination

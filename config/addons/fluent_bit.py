"""Logs in the `platform` section: who collects them, and where they are kept."""

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
    """A log group of the environment's own, encrypted with a key of its own."""

    retention_days: RetentionDays = 365
    """How long CloudWatch keeps a line, in days."""


class LogStoreCredentials(Settings):
    """A Kubernetes secret in Fluent Bit's namespace; `external_secrets.sources` says what of."""

    secret: ObjectName
    """Its name."""

    username_key: SecretKey = "username"
    """Key of the user's name."""

    password_key: SecretKey = "password"  # noqa: S105 -- the name of a key
    """Key of the password."""


class ExistingLogStore(Settings):
    """An Elasticsearch or OpenSearch that runs elsewhere. Who runs it decides on retention."""

    product: Literal["elasticsearch", "opensearch"]
    """What it is."""

    host: ZoneName
    """Its name, without https://."""

    port: Port = 9200
    """Its port; 443 for domains of Amazon OpenSearch Service."""

    index: IndexName = "logs-kubernetes-default"
    """Index or data stream that is written to."""

    tls: bool = True
    """Speak TLS, and check certificate and name against the public authorities."""

    ca_secret: ObjectName | None = None
    """Secret in Fluent Bit's namespace whose key `ca.crt` is the authority to check against.
    Default: the public ones."""

    credentials: LogStoreCredentials | None = None
    """Name and password. Default: none."""

    aws_domain: OpenSearchDomain | None = None
    """A domain of Amazon OpenSearch Service: requests are signed with the role of Fluent Bit, which
    may write to this domain only. Default: none."""


class FluentBitSettings(AddonSettings):
    """Fluent Bit, which collects the logs of every node."""

    destination: LogDestination = "elasticsearch"
    """Where logs go: an Elasticsearch in the cluster, CloudWatch Logs, or one that exists."""

    cloudwatch: CloudWatchLogs = CloudWatchLogs()
    """The log group, where the destination is cloudwatch."""

    existing: ExistingLogStore | None = None
    """The log store, where the destination is existing."""

    node_logs: bool = True
    """Collect what kubelet and containerd write to the journal, too."""

    exclude_namespaces: Annotated[list[Namespace], Field(max_length=100)] = []
    """Namespaces whose pods' logs are not collected."""

    drop_health_checks: bool = True
    """Drop the access log's lines of health checks by Kubernetes and by load balancers."""

    multiline: list[Literal["go", "java", "python", "ruby"]] = ["go", "java", "python", "ruby"]
    """Languages whose stack traces become one record."""

    buffer_gib: Annotated[int, Field(ge=1, le=50)] = 2
    """Most that may wait on a node's disk while the destination does not answer, in GiB. Then the
    oldest is given up."""

    retry_limit: Annotated[int, Field(ge=1, le=10000)] = 300
    """How often a chunk is tried again, at intervals that grow to five minutes. After that it is
    given up; 300 times take about half a day."""

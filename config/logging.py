"""Logs in the `platform` section: who collects them, and where they are kept."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings
from config.edge_types import ZoneName
from config.karpenter import ObjectName
from config.kubernetes_types import Namespace
from config.network import RetentionDays
from config.settings import Settings
from config.types import Form

LogDestination = Literal["elasticsearch", "cloudwatch", "existing"]

StackVersion = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$"),
    Form("a version of the Elastic Stack, for example 9.5.0"),
]

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

Cpu = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]*m?$"),
    Form("processors in quotes, for example 500m or 2"),
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

    port: Annotated[int, Field(ge=1, le=65535)] = 9200
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


class KibanaSettings(Settings):
    """Kibana, where people search logs."""

    enabled: bool = True
    """Install it."""

    host: ZoneName | None = None
    """Name that people reach it under, through the front door. Default: none, and it is reached
    with `kubectl port-forward`."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 1
    """How many of it run."""


class ElasticsearchSettings(AddonSettings):
    """Elasticsearch and Kibana in the cluster, where `fluent_bit.destination` is elasticsearch."""

    stack_version: StackVersion = "9.5.0"
    """Version of Elasticsearch and Kibana. It never goes back: there is no downgrade."""

    nodes: Annotated[int, Field(ge=1, le=50)] = 3
    """Elasticsearch nodes, spread over zones and machines. Three survive the loss of one; one is
    for trying things out; two are refused, for neither can go on without the other."""

    cpu: Cpu = "1"
    """Processors that each node asks for."""

    memory_gib: Annotated[int, Field(ge=2, le=64)] = 4
    """Memory of each node, in GiB. The JVM's heap is half of it; the rest caches files."""

    volume_gib: Annotated[int, Field(ge=1, le=16384)] = 100
    """Size of each node's volume, in GiB. It can grow, not shrink."""

    storage_class: ObjectName | None = None
    """Class of the volumes. Default: `storage_classes.volumes`, or the cluster's default class
    where these are switched off."""

    retention_days: Annotated[int, Field(ge=1, le=3650)] = 14
    """How long a line is kept, in days; a day longer at the most, because the index of each day is
    deleted as a whole."""

    memory_maps: bool = True
    """Map files into memory, which Elastic recommends. A privileged init container raises the
    node's vm.max_map_count for it. False reads files without, which is slower."""

    kibana: KibanaSettings = KibanaSettings()
    """Kibana."""


class EckOperatorSettings(AddonSettings):
    """The operator of Elastic Cloud on Kubernetes, which runs Elasticsearch and Kibana."""

"""`platform.tracing`: traces of requests through the mesh and applications."""

from math import ceil
from typing import Annotated, Literal

from pydantic import Field

from config.addon_settings import AddonSettings, FurtherChart
from config.settings import Settings
from config.types.aws import BucketName
from config.types.kubernetes import Cpu, Memory, ObjectName

SamplingMethod = Literal["head", "probabilistic", "tail"]

BACKSTOP_DAYS = 7
"""Days after the retention in which the lifecycle of the bucket deletes what Tempo did not."""


class Sampling(Settings):
    """Which traces are kept."""

    percentage: Annotated[float, Field(ge=0.01, le=100)] = 1
    """Percentage of traces that are kept, with up to two decimals."""

    method: SamplingMethod | None = None
    """Where the percentage is applied. `head`: the first sidecar or gateway of a request decides,
    and sidecars make no other spans; applications send what they are told to with the request.
    `probabilistic`: sidecars and applications send all traces, and the collector keeps the
    percentage of them by their ids. `tail`: they send all, and the collector waits for the end of
    each trace; it keeps all that have an error or are slower than `slow_ms`, and the percentage of
    the others. Default: `head` where `platform.istio` is enabled, otherwise `probabilistic`."""

    slow_ms: Annotated[int, Field(ge=1, le=3600000)] = 1000
    """Duration in milliseconds from which `tail` keeps a trace."""

    wait_seconds: Annotated[int, Field(ge=1, le=300)] = 15
    """Seconds from the first span of a trace after which `tail` decides. Spans that arrive later
    follow the decision."""


class Tempo(Settings):
    """Tempo, which stores traces: one replica, with the newest of them on a volume."""

    cpu: Cpu = "500m"
    """CPU request."""

    memory: Memory = "2Gi"
    """Memory. The need grows with the number of spans and with the time range of queries."""

    storage_gib: Annotated[int, Field(ge=1, le=16384)] = 10
    """Size of its volume, in GiB, for traces that are not in the bucket yet."""


class Collector(FurtherChart):
    """The OpenTelemetry Collector, which receives traces and sends them to Tempo."""

    replicas: Annotated[int, Field(ge=1, le=50)] = 2
    """Number of replicas."""

    cpu: Cpu = "200m"
    """CPU request of each replica."""

    memory: Memory | None = None
    """Memory of each replica. Default: 512Mi; 2Gi with `sampling.method: tail`, which keeps all
    spans until it decides."""


class TraceBucket(Settings):
    """The bucket of the traces. It is in the network stack, so that it outlives clusters."""

    name: BucketName | None = None
    """Name of the bucket, globally unique.
    Default: <environment>-traces-<account>-<region>."""

    access_log_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Retention of the access log, in days. It is in a separate bucket: <bucket>-logs."""

    force_destroy: bool = False
    """Let Terraform delete the bucket with all traces, its access log and its key. Otherwise
    Terraform refuses to destroy the network stack, and when `platform.tracing.enabled` becomes
    false it leaves them in AWS."""


class TracingSettings(AddonSettings):
    """Tempo, and the OpenTelemetry Collector, to which the mesh and applications send traces.

    `version` and `values` are those of Tempo's chart.
    """

    enabled: bool = False
    """Install them, and create the bucket."""

    sampling: Sampling = Sampling()
    """Which traces are kept."""

    retention_hours: Annotated[int, Field(ge=1, le=87600)] = 168
    """Hours after which Tempo deletes a trace. The lifecycle of the bucket deletes what is seven
    days older."""

    service_graph: bool = True
    """Let Tempo write metrics of requests between services to Prometheus, for the service graph in
    Grafana. It requires `platform.monitoring`."""

    storage_class: ObjectName | None = None
    """Storage class of Tempo's volume. Default: `platform.storage_classes.volumes`, or the
    cluster's default class if `storage_classes` is disabled."""

    tempo: Tempo = Tempo()
    """Tempo."""

    collector: Collector = Collector()
    """The collector."""

    bucket: TraceBucket = TraceBucket()
    """The bucket of the traces."""

    @property
    def expiration_days(self) -> int:
        """Days after which the lifecycle of the bucket deletes an object."""
        return ceil(self.retention_hours / 24) + BACKSTOP_DAYS

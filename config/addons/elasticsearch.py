"""`platform.elasticsearch`: Elasticsearch and Kibana in the cluster."""

from typing import Annotated

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings
from config.reading.form import Form
from config.settings import Settings
from config.types.edge import Scheme, ZoneName
from config.types.kubernetes import Cpu, ObjectName

StackVersion = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$"),
    Form("a version of the Elastic Stack, for example 9.5.4"),
]


class KibanaSettings(Settings):
    """Kibana, the user interface for logs."""

    enabled: bool = True
    """Install it."""

    host: ZoneName | None = None
    """Host name, served by the front door. Default: none; use `kubectl port-forward`."""

    load_balancer: Scheme | None = None
    """The load balancer that serves the host name: `public`, or `internal` for that of
    `edge.internal`. Default: `public`, unless it is switched off and the internal one is not."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 1
    """Number of replicas."""

    dashboards: bool = True
    """Import the platform's data views, saved searches and dashboards, and repair them each night.
    Their ids begin with `eks-platform-`; other objects are not changed."""


class ElasticsearchSettings(AddonSettings):
    """Elasticsearch and Kibana in the cluster, if `fluent_bit.destination` is `elasticsearch`."""

    stack_version: StackVersion = "9.5.4"
    """Version of Elasticsearch and Kibana. Downgrades are not possible."""

    nodes: Annotated[int, Field(ge=1, le=50)] = 3
    """Number of Elasticsearch nodes, distributed over zones and Kubernetes nodes. Three tolerate
    the loss of one. Use one for trials only. Two are refused, because neither has a majority
    alone."""

    cpu: Cpu = "1"
    """CPU request of each node."""

    memory_gib: Annotated[int, Field(ge=2, le=64)] = 4
    """Memory of each node, in GiB. Half of it is the JVM heap, the rest is file system cache."""

    volume_gib: Annotated[int, Field(ge=1, le=16384)] = 100
    """Size of each node's volume, in GiB. It can be increased, not decreased."""

    storage_class: ObjectName | None = None
    """Storage class of the volumes. Default: `storage_classes.volumes`, or the cluster's default
    class if `storage_classes` is disabled."""

    retention_days: Annotated[int, Field(ge=1, le=3650)] = 14
    """Retention of logs, in days. The index of each day is deleted as a whole, so that some are
    kept for one more day."""

    memory_maps: bool = True
    """Use memory-mapped files, which Elastic recommends. A privileged init container increases the
    node's vm.max_map_count for it. False is slower."""

    kibana: KibanaSettings = KibanaSettings()
    """Kibana."""

"""`platform.elasticsearch`: Elasticsearch and Kibana in the cluster."""

from typing import Annotated

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings
from config.reading.form import Form
from config.settings import Settings
from config.types.edge import ZoneName
from config.types.kubernetes import ObjectName

StackVersion = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$"),
    Form("a version of the Elastic Stack, for example 9.5.0"),
]


Cpu = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]*m?$"),
    Form("processors in quotes, for example 500m or 2"),
]


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

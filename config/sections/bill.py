"""The `bill` section: what `make bill` assumes of a month's use."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from config.reading.form import Form
from config.settings import Settings
from config.types.kubernetes import Cpu, Memory, ObjectName

HOURS: Final = 730
"""Hours of a month, as AWS and others calculate with: 365 days in 12 months."""

Gigabytes = Annotated[int, Field(ge=0, le=10_000_000)]

Count = Annotated[int, Field(ge=0, le=1_000_000_000)]

Percent = Annotated[int, Field(ge=0, le=100)]

BucketKey = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$"),
    Form("the name of a bucket in Terraform, for example access_logs"),
]


class BillWorkloads(Settings):
    """What the pods of your own workloads request, which run on Karpenter's nodes."""

    cpu: Cpu | None = None
    """Sum of their CPU requests. Default: none."""

    memory: Memory | None = None
    """Sum of their memory requests. Default: none."""


class Bill(Settings):
    """What `make bill` assumes of a month's use.

    It changes nothing in AWS. Each setting is the quantity of one month; docs/bill.md has the lines
    that it makes.
    """

    nat_gb: Gigabytes = 100
    """GB that all NAT gateways process."""

    endpoint_gb: Gigabytes = 50
    """GB that all interface endpoints process."""

    inspection_gb: Gigabytes = 100
    """GB that the endpoints of `edge.inspection` process."""

    internet_gb: Gigabytes = 100
    """GB from the region to the internet."""

    between_zones_gb: Gigabytes = 100
    """GB between Availability Zones, which AWS counts once in each direction."""

    between_regions_gb: Gigabytes = 10
    """GB to other regions, for environments with copies or connections there."""

    load_balancer_units: Annotated[int, Field(ge=0, le=100_000)] = 1
    """Capacity units of each load balancer in an average hour."""

    control_plane_logs_gb: Gigabytes = 5
    """GB of logs of the EKS control plane."""

    flow_logs_gb: Gigabytes = 10
    """GB of VPC flow logs."""

    container_logs_gb: Gigabytes = 20
    """GB of logs of containers that Fluent Bit sends to CloudWatch."""

    other_logs_gb: Gigabytes = 1
    """GB of each other log group: of the firewall, and of Amazon Managed Service for Prometheus."""

    log_size_percent: Percent = 15
    """Size of stored logs, which CloudWatch compresses, in percent of what arrived."""

    bucket_gb: Gigabytes = 5
    """GB in each S3 bucket that `buckets` does not name."""

    buckets: Annotated[dict[BucketKey, Gigabytes], Field(max_length=50)] = {}
    """GB in single S3 buckets, by their name in Terraform."""

    bucket_writes: Count = 10_000
    """Requests that write or list, of each S3 bucket."""

    shared_files_gb: Gigabytes = 10
    """GB in the shared file system."""

    shared_files_read_gb: Gigabytes = 10
    """GB that are read from the shared file system."""

    shared_files_written_gb: Gigabytes = 5
    """GB that are written to the shared file system."""

    backup_gb: Gigabytes = 10
    """GB of backups of the shared file system, in each vault that has them."""

    images_gb: Gigabytes = 5
    """GB in each image repository."""

    growth_percent: Annotated[int, Field(ge=0, le=1000)] = 0
    """Monthly growth of what buckets, file system, backups and image repositories store."""

    months: Annotated[int, Field(ge=0, le=120)] = 0
    """After how many months of this growth the bill is."""

    key_requests: Count = 200_000
    """Requests to KMS keys."""

    web_requests_million: Count = 10
    """Million requests that the firewall of the load balancer looks at."""

    audit_events_million: Count = 20
    """Million events of the EKS audit log that GuardDuty analyzes."""

    management_events_million: Count = 1
    """Million management events of the account that GuardDuty analyzes."""

    threat_flow_gb: Gigabytes = 20
    """GB of flow and DNS logs that GuardDuty analyzes."""

    argo_cd_applications: Annotated[int, Field(ge=0, le=100_000)] = 10
    """Applications of the EKS Capability for Argo CD, which cost by the hour."""

    metric_samples_million: Count = 2000
    """Million samples that Amazon Managed Service for Prometheus receives."""

    workloads: BillWorkloads = BillWorkloads()
    """Requests of your pods. The number of Karpenter's nodes follows from them and from the pods of
    the platform."""

    karpenter_nodes: Annotated[
        dict[ObjectName, Annotated[int, Field(ge=0, le=10_000)]], Field(max_length=100)
    ] = {}
    """Number of nodes of single pools of Karpenter, instead of the calculated one."""

    utilization_percent: Annotated[int, Field(ge=1, le=100)] = 80
    """How much of Karpenter's nodes the requests of pods fill."""

    node_hours: Annotated[int, Field(ge=0, le=HOURS)] = HOURS
    """Hours of the month in which Karpenter's nodes run."""

    spot_percent: Percent = 70
    """Share of these hours on Spot Instances, in pools with `spot` and another capacity type."""

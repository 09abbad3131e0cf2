"""Karpenter in the `platform` section: which machines it may launch.

Names and values are those of Karpenter's NodePool and EC2NodeClass, version 1.
https://karpenter.sh/docs/concepts/nodepools/ and https://karpenter.sh/docs/concepts/nodeclasses/
"""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings
from config.reading.form import Form
from config.settings import Settings
from config.types.aws import InstanceType, KmsKeyArn, TagKey, TagValue, ZoneLetter
from config.types.kubernetes import (
    Duration,
    DurationOrNever,
    LabelKey,
    LabelValue,
    ObjectName,
    Quantity,
    Schedule,
)
from config.types.taint import Taint

WindowLength = Annotated[
    str,
    StringConstraints(pattern=r"^((([0-9]+(h|m))|([0-9]+h[0-9]+m))(0s)?)$"),
    Form("hours and minutes, for example 8h or 1h30m"),
]

BudgetNodes = Annotated[
    str,
    StringConstraints(pattern=r"^((100|[0-9]{1,2})%|[0-9]+)$"),
    Form("a number of nodes or a percentage of them in quotes, for example 10%"),
]


CapacityReservationId = Annotated[
    str, StringConstraints(pattern=r"^cr-[0-9a-z]+$"), Form("cr- and letters and digits")
]

AmiVersion = Annotated[
    str,
    StringConstraints(pattern=r"^v[0-9][0-9.]*$", max_length=16),
    Form("a release of the image, v20260801 for al2023 or v1.58.0 for bottlerocket"),
]

Operator = Literal["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Gte", "Lte"]

MAX_LABELS: Final = 100
"""Labels of a NodePool's template; its CRD says so."""


class Requirement(Settings):
    """A further requirement of machines."""

    key: LabelKey
    """A label of nodes, for example `karpenter.k8s.aws/instance-local-nvme`."""

    operator: Operator
    """How the label is compared."""

    values: list[LabelValue] = []
    """What it is compared with: nothing for Exists and DoesNotExist, one whole number for Gt, Lt,
    Gte and Lte."""

    min_values: Annotated[int, Field(ge=1, le=50)] | None = None
    """How many different values the machines to choose from must have."""


class Budget(Settings):
    """How many nodes may be replaced at a time."""

    nodes: BudgetNodes
    """Number or percentage of the pool's nodes; 0 for none."""

    schedule: Schedule | None = None
    """When the budget begins to hold. Default: it always holds."""

    duration: WindowLength | None = None
    """How long it then holds."""

    reasons: list[Literal["Underutilized", "Empty", "Drifted"]] = []
    """The reasons of replacement that it holds for. Default: all."""


class Limits(Settings):
    """What all nodes of a pool may have together."""

    cpu: Quantity = "1000"
    """Processors."""

    memory: Quantity = "4000Gi"
    """Memory."""


class NodePool(Settings):
    """A pool of machines that Karpenter launches for pods that have no place."""

    node_class: ObjectName = "default"
    """The node class of the machines."""

    capacity_types: Annotated[
        list[Literal["spot", "on-demand", "reserved"]], Field(min_length=1)
    ] = ["spot", "on-demand"]
    """How machines are bought. Karpenter takes reserved before spot before on-demand."""

    architectures: Annotated[list[Literal["amd64", "arm64"]], Field(min_length=1)] = ["amd64"]
    """Processor architectures. Pods whose images have only one must then ask for it."""

    instance_categories: list[
        Annotated[str, StringConstraints(pattern=r"^[a-z]+$"), Form("letters, for example m")]
    ] = ["c", "m", "r"]
    """Categories of instance types; empty for all."""

    instance_generation_above: Annotated[int, Field(ge=0, le=20)] | None = 4
    """Generations of instance types begin after this one."""

    instance_families: list[
        Annotated[
            str, StringConstraints(pattern=r"^[a-z][a-z0-9-]+$"), Form("a family, for example m7g")
        ]
    ] = []
    """Families of instance types; empty for all."""

    instance_sizes: list[
        Annotated[
            str,
            StringConstraints(pattern=r"^(nano|micro|small|medium|large|metal.*|[0-9]*xlarge)$"),
            Form("a size, for example xlarge"),
        ]
    ] = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"]
    """Sizes of instance types; empty for all."""

    instance_types: list[InstanceType] = []
    """Instance types, in place of categories, generation, families and sizes."""

    zones: list[ZoneLetter] = []
    """Availability Zones, by letter. Default: all of the VPC's."""

    requirements: list[Requirement] = []
    """Further requirements."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels of the nodes."""

    taints: list[Taint] = []
    """Taints of the nodes."""

    startup_taints: list[Taint] = []
    """Taints that a daemon takes away when the node is ready."""

    limits: Limits = Limits()
    """What all nodes may have together."""

    weight: Annotated[int, Field(ge=1, le=100)] | None = None
    """Pools with more weight are tried first."""

    expire_after: DurationOrNever = "720h"
    """Age at which a node is replaced, so that none grows old unpatched."""

    termination_grace_period: Duration | None = None
    """How long a node waits for pods that may not be evicted before it takes them along. Default:
    as long as it takes."""

    consolidation_policy: Literal["WhenEmptyOrUnderutilized", "WhenEmpty", "Balanced"] = (
        "WhenEmptyOrUnderutilized"
    )
    """Which nodes are replaced by fewer or cheaper ones."""

    consolidate_after: DurationOrNever = "1m"
    """How long a node stays unchanged before it is."""

    budgets: Annotated[list[Budget], Field(max_length=50)] = [Budget(nodes="10%")]
    """How many nodes may be replaced at a time; the strictest budget that holds counts."""


class CapacityReservation(Settings):
    """Reserved capacity to use: one reservation, or all with certain tags."""

    id: CapacityReservationId | None = None
    """A reservation."""

    tags: Annotated[dict[TagKey, TagValue], Field(max_length=20)] = {}
    """Tags of reservations."""


class NodeClass(Settings):
    """How a machine is set up."""

    ami: Literal["al2023", "bottlerocket"] = "al2023"
    """Node image: Amazon Linux 2023, or Bottlerocket with its read-only root."""

    ami_version: AmiVersion | None = None
    """Release of the image. Default: the version table's, so that nodes change when it does."""

    volume_gib: Annotated[int, Field(ge=20, le=16384)] = 50
    """Size of the encrypted gp3 volume for images and containers, in GiB."""

    volume_iops: Annotated[int, Field(ge=3000, le=16000)] | None = None
    """Its operations a second. Default: 3000."""

    volume_throughput: Annotated[int, Field(ge=125, le=1000)] | None = None
    """Its throughput in MiB a second. Default: 125."""

    volume_kms_key: KmsKeyArn | None = None
    """KMS key of the volume; its policy must let Karpenter's controller use it. Default: the
    account's own key for EBS."""

    instance_store_policy: Literal["RAID0"] | None = None
    """Join the disks that a machine brings along, and keep images and containers on them."""

    max_pods: Annotated[int, Field(ge=8, le=250)] = 110
    """Most pods on a node. Prefix delegation gives every node addresses for them."""

    metadata_hop_limit: Annotated[int, Field(ge=1, le=64)] = 1
    """Network hops to the instance metadata. With 1 no pod reaches the node's credentials."""

    detailed_monitoring: bool = False
    """Metrics of every minute in CloudWatch, for a price."""

    capacity_reservations: Annotated[list[CapacityReservation], Field(max_length=30)] = []
    """Reserved capacity for pools with the capacity type `reserved`."""

    tags: dict[TagKey, TagValue] = {}
    """Tags of machines and volumes, besides those of the environment."""


class KarpenterSettings(AddonSettings):
    """Karpenter, which makes nodes for pods that have none."""

    node_pools: dict[ObjectName, NodePool] = {"default": NodePool()}
    """Pools by name. Whoever names one names all: the pool `default` is there only as long as none
    is named."""

    node_classes: dict[ObjectName, NodeClass] = {"default": NodeClass()}
    """Node classes by name; the same holds for them."""

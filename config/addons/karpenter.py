"""`platform.karpenter`: Karpenter and the nodes that it may launch.

Names and values are those of Karpenter's NodePool and EC2NodeClass, version 1.
https://karpenter.sh/docs/concepts/nodepools/ and https://karpenter.sh/docs/concepts/nodeclasses/
"""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings
from config.reading.form import Form
from config.settings import Settings
from config.types.aws import (
    CapacityReservationId,
    InstanceType,
    KmsKeyArn,
    TagKey,
    TagValue,
    ZoneLetter,
)
from config.types.kubernetes import (
    Cpu,
    Duration,
    DurationOrNever,
    LabelKey,
    LabelValue,
    Memory,
    ObjectName,
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


AmiVersion = Annotated[
    str,
    StringConstraints(pattern=r"^v[0-9][0-9.]*$", max_length=16),
    Form("a release of the image, v20260801 for al2023 or v1.58.0 for bottlerocket"),
]

Operator = Literal["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Gte", "Lte"]

DEFAULT: Final = "default"
"""Name of the pool and of the node class that exist without configuration."""

MAX_LABELS: Final = 100
"""Maximum labels in a NodePool's template, set by its CRD."""


class Requirement(Settings):
    """An additional requirement of instances."""

    key: LabelKey
    """A node label, for example `karpenter.k8s.aws/instance-local-nvme`."""

    operator: Operator
    """Operator of the comparison."""

    values: list[LabelValue] = []
    """Values of the comparison: none for Exists and DoesNotExist, one integer for Gt, Lt, Gte and
    Lte."""

    min_values: Annotated[int, Field(ge=1, le=50)] | None = None
    """Minimum number of different values among the candidate instance types."""


class Budget(Settings):
    """A disruption budget: how many nodes may be replaced at the same time."""

    nodes: BudgetNodes
    """Number or percentage of the pool's nodes; 0 for none."""

    schedule: Schedule | None = None
    """When the budget becomes active. Default: it is always active."""

    duration: WindowLength | None = None
    """How long it is then active."""

    reasons: list[Literal["Underutilized", "Empty", "Drifted"]] = []
    """Reasons of disruption that it applies to. Default: all."""


class Limits(Settings):
    """Maximum sum of the resources of a pool's nodes."""

    cpu: Cpu = "1000"
    """Sum of CPUs."""

    memory: Memory = "4000Gi"
    """Sum of memory."""

    gpus: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Sum of NVIDIA's GPUs (`nvidia.com/gpu`). Default: no limit of their own."""


class NodePool(Settings):
    """A NodePool: constraints of the nodes that Karpenter launches for pending pods."""

    node_class: ObjectName = DEFAULT
    """Key of `node_classes`."""

    capacity_types: Annotated[
        list[Literal["spot", "on-demand", "reserved"]], Field(min_length=1)
    ] = ["spot", "on-demand"]
    """Purchase options. Karpenter prefers reserved to spot, and spot to on-demand."""

    architectures: Annotated[list[Literal["amd64", "arm64"]], Field(min_length=1)] = ["amd64"]
    """Processor architectures. If there are several, pods with single-architecture images must
    select theirs."""

    instance_categories: list[
        Annotated[str, StringConstraints(pattern=r"^[a-z]+$"), Form("letters, for example m")]
    ] = ["c", "m", "r"]
    """Instance categories; empty for all."""

    instance_generation_above: Annotated[int, Field(ge=0, le=20)] | None = 4
    """Instance generations must be higher than this."""

    instance_families: list[
        Annotated[
            str, StringConstraints(pattern=r"^[a-z][a-z0-9-]+$"), Form("a family, for example m7g")
        ]
    ] = []
    """Instance families; empty for all."""

    instance_sizes: list[
        Annotated[
            str,
            StringConstraints(pattern=r"^(nano|micro|small|medium|large|metal.*|[0-9]*xlarge)$"),
            Form("a size, for example xlarge"),
        ]
    ] = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"]
    """Instance sizes; empty for all."""

    instance_types: list[InstanceType] = []
    """Instance types, instead of categories, generation, families and sizes."""

    zones: list[ZoneLetter] = []
    """Availability Zones, by letter. Default: all zones of the VPC."""

    requirements: list[Requirement] = []
    """Additional requirements."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels of the nodes."""

    taints: list[Taint] = []
    """Taints of the nodes."""

    startup_taints: list[Taint] = []
    """Taints that a DaemonSet removes when the node is ready."""

    limits: Limits = Limits()
    """Maximum sum of the resources of all nodes."""

    weight: Annotated[int, Field(ge=1, le=100)] | None = None
    """Priority among the pools; pools with a higher weight are tried first."""

    expire_after: DurationOrNever = "720h"
    """Age at which a node is replaced, so that all nodes run a current image."""

    termination_grace_period: Duration | None = None
    """How long a node waits for pods that cannot be evicted before they are deleted. Default:
    without limit."""

    consolidation_policy: Literal["WhenEmptyOrUnderutilized", "WhenEmpty", "Balanced"] = (
        "WhenEmptyOrUnderutilized"
    )
    """Which nodes are considered for consolidation."""

    consolidate_after: DurationOrNever = "1m"
    """How long no pods are added to or removed from a node before it is considered."""

    budgets: Annotated[list[Budget], Field(max_length=50)] = [Budget(nodes="10%")]
    """Disruption budgets; the most restrictive active one applies."""


class CapacityReservation(Settings):
    """Capacity reservations to use: one by id, or all with certain tags."""

    id: CapacityReservationId | None = None
    """Id of a reservation."""

    tags: Annotated[dict[TagKey, TagValue], Field(max_length=20)] = {}
    """Tags of reservations."""


class NodeClass(Settings):
    """An EC2NodeClass: the configuration of instances."""

    ami: Literal["al2023", "bottlerocket"] = "al2023"
    """Node image: Amazon Linux 2023, or Bottlerocket with its read-only root file system."""

    ami_version: AmiVersion | None = None
    """Release of the image. Default: that of config/versions.yaml; nodes are replaced when it
    changes."""

    volume_gib: Annotated[int, Field(ge=20, le=16384)] = 50
    """Size of the encrypted gp3 volume for images and containers, in GiB."""

    volume_iops: Annotated[int, Field(ge=3000, le=16000)] | None = None
    """IOPS of the volume. Default: 3000."""

    volume_throughput: Annotated[int, Field(ge=125, le=1000)] | None = None
    """Throughput of the volume, in MiB/s. Default: 125."""

    volume_kms_key: KmsKeyArn | None = None
    """KMS key of the volume; its key policy must allow the IAM policies of this account, and
    AWSServiceRoleForEC2Spot, to use it. Default: `cluster.volume_key`, or without it the account's
    default key for EBS."""

    instance_store_policy: Literal["RAID0"] | None = None
    """Combine the instance store disks to a RAID 0 array for images and containers."""

    max_pods: Annotated[int, Field(ge=8, le=250)] = 110
    """Maximum pods on a node. Prefix delegation provides addresses for them."""

    metadata_hop_limit: Annotated[int, Field(ge=1, le=64)] = 1
    """Hop limit of the instance metadata service. With 1, pods cannot read the node's
    credentials."""

    detailed_monitoring: bool = False
    """CloudWatch metrics every minute, at additional cost."""

    capacity_reservations: Annotated[list[CapacityReservation], Field(max_length=30)] = []
    """Capacity reservations for pools with the capacity type `reserved`."""

    tags: dict[TagKey, TagValue] = {}
    """Tags of instances and volumes, besides those of the environment."""


class KarpenterSettings(AddonSettings):
    """Karpenter, which provisions nodes for pending pods."""

    node_pools: dict[ObjectName, NodePool] = {}
    """NodePools by name, besides the pool `default`, which can be configured under its name."""

    default_node_pool: bool = True
    """Have the pool `default`, which runs every pod that selects no other pool. `false` leaves it
    out; then another pool or node group without taints is needed."""

    node_classes: dict[ObjectName, NodeClass] = {}
    """EC2NodeClasses by name, besides the class `default`, which can be configured under its
    name."""

    @property
    def pools(self) -> dict[str, NodePool]:
        """All pools."""
        default = {DEFAULT: NodePool()} if self.default_node_pool else {}
        return {**default, **self.node_pools}

    @property
    def classes(self) -> dict[str, NodeClass]:
        """All node classes."""
        return {DEFAULT: NodeClass(), **self.node_classes}

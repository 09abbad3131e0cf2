"""Node groups in the `cluster` section."""

from typing import Annotated, Final, Literal

from pydantic import Field

from config.settings import Settings
from config.types.aws import (
    CapacityReservationId,
    Cidr,
    InstanceType,
    KeyPairName,
    KmsKeyArn,
    ZoneLetter,
)
from config.types.kubernetes import LabelKey, LabelValue
from config.types.taint import Taint

SYSTEM: Final = "system"
"""Name of the group that `cluster.system_nodes` makes."""


class Nodes(Settings):
    """The nodes of a managed node group."""

    ami: Literal["al2023", "bottlerocket"] = "al2023"
    """Node image: Amazon Linux 2023, or Bottlerocket with its read-only root file system. The
    release is that of config/versions.yaml."""

    architecture: Literal["arm64", "x86_64"] = "arm64"
    """Processor architecture of all instance types. Graviton (arm64) costs about 20 % less."""

    instance_types: Annotated[list[InstanceType], Field(min_length=1, max_length=20)] = [
        "m7g.large"
    ]
    """Instance types, in order of preference."""

    min_size: Annotated[int, Field(ge=0, le=450)] = 2
    """Minimum number of nodes. EKS refuses a minimum above the current number of nodes, which the
    autoscaler sets and not Terraform: scale the group up first, with `aws eks
    update-nodegroup-config --cluster-name … --nodegroup-name … --scaling-config desiredSize=…`."""

    desired_size: Annotated[int, Field(ge=0, le=450)] = 2
    """Initial number of nodes; afterwards the autoscaler sets it."""

    max_size: Annotated[int, Field(ge=1, le=450)] = 4
    """Maximum number of nodes."""

    max_unavailable_percentage: Annotated[int, Field(ge=1, le=100)] = 33
    """Share of the nodes that an update replaces at the same time, in percent."""

    force_update_version: bool = False
    """Replace nodes in an update of the version although PodDisruptionBudgets do not let their pods
    go. Otherwise EKS gives up after 15 minutes, with PodEvictionFailure."""

    volume_gib: Annotated[int, Field(ge=20, le=16384)] = 50
    """Size of each node's encrypted gp3 volume, in GiB."""

    volume_kms_key: KmsKeyArn | None = None
    """KMS key of the volumes; its key policy must allow AWSServiceRoleForAutoScaling to use it.
    Default: `cluster.volume_key`, or without it the account's default key for EBS."""

    max_pods: Annotated[int, Field(ge=8, le=250)] = 110
    """Maximum number of pods on a node. With prefix delegation nodes have addresses for them,
    except the smallest instance types, which have too few network interfaces."""

    repair: bool = True
    """Enable EKS node auto repair: EKS replaces nodes that the add-on `eks-node-monitoring-agent`
    reports, and without that add-on nodes that are not ready."""


class SystemNodes(Nodes):
    """The nodes of the platform's pods."""

    instance_types: Annotated[list[InstanceType], Field(min_length=1, max_length=20)] = [
        "m7g.xlarge"
    ]
    """Instance types, in order of preference. `make capacity` compares what the platform requests
    with the smallest of them."""


class NodeGroup(Nodes):
    """An additional managed node group."""

    capacity: Literal["on_demand", "spot", "capacity_block"] = "on_demand"
    """Purchase option of the instances. `capacity_block` starts instances in a Capacity Block for
    ML, which is bought outside of Terraform; EC2 ends them 30 minutes before it ends."""

    capacity_reservation: CapacityReservationId | None = None
    """Capacity reservation in which the instances start: a Capacity Block, or with `on_demand` an
    On-Demand Capacity Reservation."""

    accelerator: Literal["nvidia"] | None = None
    """`nvidia` for instance types with NVIDIA's GPUs: the node image has their driver, and the
    nodes have the label `nvidia.com/gpu.present: "true"`."""

    zones: list[ZoneLetter] = []
    """Availability Zones of the nodes, by letter. Default: all zones of the VPC."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels of the nodes, besides `node-group` with the name of the group."""

    taints: Annotated[list[Taint], Field(max_length=50)] = []
    """Taints of the nodes."""


class NodeSsh(Settings):
    """SSH access to nodes, disabled by default in favor of Systems Manager Session Manager."""

    cidrs: Annotated[list[Cidr], Field(max_length=20)] = []
    """Address blocks that may reach port 22 of the nodes."""

    key_pair: KeyPairName | None = None
    """EC2 key pair of the nodes."""

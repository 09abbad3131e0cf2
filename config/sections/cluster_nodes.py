"""Node groups of the `cluster` section."""

from typing import Annotated, Final, Literal

from pydantic import Field

from config.settings import Settings
from config.types.aws import Cidr, InstanceType, KeyPairName, KmsKeyArn, ZoneLetter
from config.types.kubernetes import LabelKey, LabelValue
from config.types.taint import Taint

SYSTEM: Final = "system"
"""Name of the group that `cluster.system_nodes` makes."""


class Nodes(Settings):
    """Machines of a managed node group."""

    ami: Literal["al2023", "bottlerocket"] = "al2023"
    """Node image: Amazon Linux 2023, or Bottlerocket with its read-only root. Its release is the
    version table's."""

    architecture: Literal["arm64", "x86_64"] = "arm64"
    """Processor architecture of all instance types. Graviton (arm64) costs about a fifth less."""

    instance_types: Annotated[list[InstanceType], Field(min_length=1, max_length=20)] = [
        "m7g.large"
    ]
    """Instance types, the preferred one first."""

    min_size: Annotated[int, Field(ge=0, le=450)] = 2
    """Fewest nodes. EKS refuses more than the group has at the moment, and Terraform leaves that
    number to the autoscaler: scale the group up first, with `aws eks update-nodegroup-config
    --cluster-name … --nodegroup-name … --scaling-config desiredSize=…`."""

    desired_size: Annotated[int, Field(ge=0, le=450)] = 2
    """Nodes to begin with; later the number belongs to the autoscaler."""

    max_size: Annotated[int, Field(ge=1, le=450)] = 4
    """Most nodes."""

    max_unavailable_percentage: Annotated[int, Field(ge=1, le=100)] = 33
    """Share of the nodes that an update replaces at a time, in percent."""

    volume_gib: Annotated[int, Field(ge=20, le=16384)] = 50
    """Size of each node's encrypted gp3 volume, in GiB."""

    volume_kms_key: KmsKeyArn | None = None
    """KMS key of the volumes; its policy must let AWSServiceRoleForAutoScaling use it.
    Default: the account's own key for EBS."""

    max_pods: Annotated[int, Field(ge=8, le=250)] = 110
    """Most pods on a node. Prefix delegation gives nodes addresses for them; the smallest machines
    have interfaces for fewer."""

    repair: bool = True
    """Let EKS replace broken nodes: those that the add-on `eks-node-monitoring-agent` finds, and
    without it those that Kubernetes itself calls not ready."""


class SystemNodes(Nodes):
    """Machines of the platform's own pods."""

    instance_types: Annotated[list[InstanceType], Field(min_length=1, max_length=20)] = [
        "m7g.xlarge"
    ]
    """Instance types, the preferred one first. `make capacity` says how much room the platform
    needs, of the smallest of them."""


class NodeGroup(Nodes):
    """A further managed node group."""

    capacity: Literal["on_demand", "spot"] = "on_demand"
    """How the machines are bought."""

    zones: list[ZoneLetter] = []
    """Availability Zones of the nodes, by letter. Default: all of the VPC's."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels of the nodes. Each group has the label `node-group` with its name anyway."""

    taints: Annotated[list[Taint], Field(max_length=50)] = []
    """Taints of the nodes."""


class NodeSsh(Settings):
    """SSH to nodes. Without it, as by default, Systems Manager Session Manager is the way in."""

    cidrs: Annotated[list[Cidr], Field(max_length=20)] = []
    """Address blocks that may reach port 22 of the nodes."""

    key_pair: KeyPairName | None = None
    """The EC2 key pair that the nodes accept."""

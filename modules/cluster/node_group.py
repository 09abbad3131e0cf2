"""Managed node groups: the system nodes for the platform's pods, and additional groups."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from cdktf import ITerraformDependable, TerraformResourceLifecycle, Token
from cdktf_cdktf_provider_aws.eks_cluster import EksCluster
from cdktf_cdktf_provider_aws.eks_node_group import (
    EksNodeGroup,
    EksNodeGroupLaunchTemplate,
    EksNodeGroupNodeRepairConfig,
    EksNodeGroupScalingConfig,
    EksNodeGroupTaint,
    EksNodeGroupUpdateConfig,
)
from constructs import Construct

from config import versions
from config.derived import names
from config.derived.node_version import node_minor
from config.environment import Environment
from config.sections.cluster_nodes import SYSTEM, NodeGroup, Nodes
from config.types.taint import Taint
from modules.cluster.launch_template import launch_template
from modules.identity.managed_policies import attach_managed_policies
from modules.identity.node_parameters import deny_parameters
from modules.identity.nodes import NODE_POLICIES, ec2_service
from modules.identity.policy import service_trust
from modules.identity.roles import iam_role
from modules.network.remote import RemoteNetwork
from modules.nodes import GPU_PRESENT, with_startup_taint
from modules.registry.node_access import cache_access

SYSTEM_TAINT: Final = Taint(key="CriticalAddonsOnly", value="true", effect="NoSchedule")
"""Tolerated by add-ons and Karpenter, not by workloads."""

AMI_TYPES: Final = {
    ("al2023", "arm64"): "AL2023_ARM_64_STANDARD",
    ("al2023", "x86_64"): "AL2023_x86_64_STANDARD",
    ("bottlerocket", "arm64"): "BOTTLEROCKET_ARM_64",
    ("bottlerocket", "x86_64"): "BOTTLEROCKET_x86_64",
}

NVIDIA_AMI_TYPES: Final = {
    ("al2023", "arm64"): "AL2023_ARM_64_NVIDIA",
    ("al2023", "x86_64"): "AL2023_x86_64_NVIDIA",
    ("bottlerocket", "arm64"): "BOTTLEROCKET_ARM_64_NVIDIA",
    ("bottlerocket", "x86_64"): "BOTTLEROCKET_x86_64_NVIDIA",
}
"""Images with NVIDIA's driver."""

EFFECTS: Final = {
    "NoSchedule": "NO_SCHEDULE",
    "PreferNoSchedule": "PREFER_NO_SCHEDULE",
    "NoExecute": "NO_EXECUTE",
}
"""Taint effects by their Kubernetes names, as EKS calls them."""

GROUP_LABEL: Final = "node-group"


class NodeGroups:
    """The managed node groups of the cluster (C6).

    Attributes:
        role_name: the name of the role of their nodes.
        system: the system node group, for the platform's pods.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        cluster: EksCluster,
        network: RemoteNetwork,
        security_group_id: str,
        depends_on: Sequence[ITerraformDependable],
    ) -> None:
        """Makes the nodes' role, launch templates and groups.

        Args:
            depends_on: what a node needs to become ready: network rules, the VPC CNI with its
                permissions, kube-proxy.
        """
        self._scope, self._environment, self._cluster = scope, environment, cluster
        self._network, self._security_group_id = network, security_group_id
        self.role_name = names.node_role(environment)
        self._role_arn = names.node_role_arn(environment)
        self._depends_on = list(depends_on)
        if environment.identity.roles.nodes is None:
            self._depends_on = [*self._make_role(), *depends_on]
        self.system = self._group(SYSTEM, environment.cluster.system_nodes)
        for group_name, group in environment.cluster.node_groups.items():
            self._group(group_name, group)

    def _make_role(self) -> list[ITerraformDependable]:
        role = iam_role(
            self._scope,
            "node_role",
            self._environment,
            name=names.node_role(self._environment),
            description=f"Managed nodes of EKS cluster {self._environment.cluster_name}",
            trust=service_trust(ec2_service(self._environment.partition)),
            # Systems Manager Quick Setup and GuardDuty attach policies outside of Terraform, and a
            # role with attached policies cannot be deleted.
            force_detach_policies=True,
        )
        attachments = attach_managed_policies(
            self._scope, "node_role", self._environment, role, NODE_POLICIES
        )
        caches = cache_access(self._scope, "node_role", self._environment, role)
        deny_parameters(self._scope, "node_role", self._environment, role)
        self.role_name, self._role_arn = role.name, role.arn
        return [*attachments, *caches]

    def _group(self, name: str, nodes: Nodes) -> EksNodeGroup:
        environment = self._environment
        template = launch_template(
            self._scope,
            environment,
            name,
            nodes,
            security_group_id=self._security_group_id,
            volume_key=self._network.volume_key_arn,
        )
        further = nodes if isinstance(nodes, NodeGroup) else None
        zones = (further and further.zones) or environment.network.availability_zones
        taints = [SYSTEM_TAINT]
        if further:
            # The system nodes run what is installed before Cilium, and cannot wait for it.
            taints = with_startup_taint(environment, further.taints)
        return EksNodeGroup(
            self._scope,
            f"node_group_{name.replace('-', '_')}",
            cluster_name=self._cluster.name,
            node_group_name=node_group_name(environment, name, nodes),
            node_role_arn=self._role_arn,
            subnet_ids=[self._network.private_subnet_ids[zone] for zone in sorted(zones)],
            ami_type=ami_type(nodes),
            release_version=versions.ami(nodes.ami, node_minor(environment)),
            version=self._version(),
            force_update_version=nodes.force_update_version or None,
            capacity_type=(further.capacity if further else "on_demand").upper(),
            instance_types=list(nodes.instance_types),
            launch_template=EksNodeGroupLaunchTemplate(
                id=template.id, version=Token.as_string(template.latest_version)
            ),
            scaling_config=EksNodeGroupScalingConfig(
                min_size=nodes.min_size, desired_size=nodes.desired_size, max_size=nodes.max_size
            ),
            update_config=EksNodeGroupUpdateConfig(
                max_unavailable_percentage=nodes.max_unavailable_percentage
            ),
            node_repair_config=EksNodeGroupNodeRepairConfig(enabled=nodes.repair),
            labels={**_labels(further), GROUP_LABEL: name},
            taint=[
                EksNodeGroupTaint(
                    key=taint.key, value=taint.value or None, effect=EFFECTS[taint.effect]
                )
                for taint in taints
            ],
            lifecycle=TerraformResourceLifecycle(
                # The autoscaler manages the number of nodes.
                ignore_changes=["scaling_config[0].desired_size"],
                # Terraform applies this to all dependencies of the group. So it never replaces the
                # cluster: EKS refuses a second cluster of the same name, and the first one stays.
                create_before_destroy=True,
            ),
            depends_on=self._depends_on,
        )

    def _version(self) -> str:
        """The cluster's attribute, so that nodes are upgraded after the control plane."""
        if self._environment.cluster.upgrade.nodes == "together":
            return self._cluster.version
        return node_minor(self._environment)


def ami_type(nodes: Nodes) -> str:
    """The type of a group's image, as EKS names it."""
    gpus = isinstance(nodes, NodeGroup) and nodes.accelerator == "nvidia"
    return (NVIDIA_AMI_TYPES if gpus else AMI_TYPES)[nodes.ami, nodes.architecture]


def _labels(group: NodeGroup | None) -> dict[str, str]:
    if group is None:
        return {}
    return {**group.labels, **({GPU_PRESENT: "true"} if group.accelerator == "nvidia" else {})}


def node_group_name(environment: Environment, name: str, nodes: Nodes) -> str:
    """The group's name in EKS: its name and a hash of the settings that EKS cannot change in place.

    A change of these replaces the group. With the hash the new group has a different name, so that
    it exists before the old one is drained.
    """
    further = nodes if isinstance(nodes, NodeGroup) else None
    fixed = [
        nodes.ami,
        nodes.architecture,
        nodes.instance_types,
        further.capacity if further else "on_demand",
        sorted((further and further.zones) or environment.network.availability_zones),
    ]
    if further and further.accelerator:
        fixed.append(further.accelerator)
    digest = sha256(json.dumps(fixed).encode()).hexdigest()[:8]
    return f"{name}-{digest}"

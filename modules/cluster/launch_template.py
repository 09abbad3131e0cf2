"""The launch template of a node group."""

from typing import Final

from cdktf_cdktf_provider_aws.launch_template import (
    LaunchTemplate,
    LaunchTemplateBlockDeviceMappings,
    LaunchTemplateBlockDeviceMappingsEbs,
    LaunchTemplateCapacityReservationSpecification,
    LaunchTemplateCapacityReservationSpecificationCapacityReservationTarget,
    LaunchTemplateInstanceMarketOptions,
    LaunchTemplateMetadataOptions,
    LaunchTemplateTagSpecifications,
)
from constructs import Construct

from config.derived import limits, names
from config.environment import Environment
from config.sections.cluster_nodes import NodeGroup, Nodes
from modules.cluster.node_config import user_data

TAGGED: Final = ("instance", "volume", "network-interface")
"""Resources that a launch makes. The provider's default tags do not apply to them."""

BOTTLEROCKET_SYSTEM_GIB: Final = 4
"""Bottlerocket's read-only system volume; images and pods are on a second volume.
https://bottlerocket.dev/en/os/latest/concepts/components/#data-volume"""

HOP_LIMIT: Final = 1
"""With one hop, pods cannot reach the node's credentials.
https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html"""


def launch_template(
    scope: Construct,
    environment: Environment,
    name: str,
    nodes: Nodes,
    *,
    security_group_id: str,
    volume_key: str | None,
) -> LaunchTemplate:
    """Makes the launch template of a node group (C6).

    Args:
        security_group_id: the only security group of its network interfaces. Because one is set,
            EKS does not add its own, which carries the cluster tag as well.
        volume_key: ARN of the key of its volumes, unless the nodes have their own; None for the
            account's default key.
    """
    full_name = f"{environment.cluster_name}-{name}"
    tags = {**names.default_tags(environment), "Name": full_name}
    return LaunchTemplate(
        scope,
        f"launch_template_{name.replace('-', '_')}",
        name=limits.shorten(full_name, limits.LAUNCH_TEMPLATE_NAME),
        description=f"Nodes of group {name} in {environment.cluster_name}",
        update_default_version=True,
        key_name=environment.cluster.node_ssh.key_pair,
        vpc_security_group_ids=[security_group_id],
        user_data=user_data(nodes),
        metadata_options=LaunchTemplateMetadataOptions(
            http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=HOP_LIMIT
        ),
        block_device_mappings=[
            _volume(device, gib, nodes.volume_kms_key or volume_key)
            for device, gib in _devices(nodes)
        ],
        instance_market_options=_market(nodes),
        capacity_reservation_specification=_reservation(nodes),
        tag_specifications=[
            LaunchTemplateTagSpecifications(resource_type=kind, tags=tags) for kind in TAGGED
        ],
        tags={"Name": full_name},
    )


def _market(nodes: Nodes) -> LaunchTemplateInstanceMarketOptions | None:
    """Source: https://docs.aws.amazon.com/eks/latest/userguide/capacity-blocks-mng.html."""
    if isinstance(nodes, NodeGroup) and nodes.capacity == "capacity_block":
        return LaunchTemplateInstanceMarketOptions(market_type="capacity-block")
    return None


def _reservation(nodes: Nodes) -> LaunchTemplateCapacityReservationSpecification | None:
    if not isinstance(nodes, NodeGroup) or nodes.capacity_reservation is None:
        return None
    return LaunchTemplateCapacityReservationSpecification(
        capacity_reservation_target=LaunchTemplateCapacityReservationSpecificationCapacityReservationTarget(
            capacity_reservation_id=nodes.capacity_reservation
        )
    )


def _devices(nodes: Nodes) -> list[tuple[str, int]]:
    if nodes.ami == "bottlerocket":
        return [("/dev/xvda", BOTTLEROCKET_SYSTEM_GIB), ("/dev/xvdb", nodes.volume_gib)]
    return [("/dev/xvda", nodes.volume_gib)]


def _volume(device: str, gib: int, key: str | None) -> LaunchTemplateBlockDeviceMappings:
    return LaunchTemplateBlockDeviceMappings(
        device_name=device,
        ebs=LaunchTemplateBlockDeviceMappingsEbs(
            volume_type="gp3",
            volume_size=gib,
            encrypted="true",
            kms_key_id=key,
            delete_on_termination="true",
        ),
    )

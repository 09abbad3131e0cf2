"""The control plane, node groups, and the threat detection of nodes."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from config import versions
from config.derived.machines import describe
from runner.bill.lines import Item
from runner.bill.resource import BilledResource, listed
from runner.bill.use import MONTH, Use

_REFERENCE: Final = re.compile(r"\$\{aws_launch_template\.(\w+)\.")

FREE_IOPS: Final = 3000
FREE_MIBPS: Final = 125
"""What a gp3 volume has without extra cost.
https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html"""


def cluster(resource: BilledResource, use: Use) -> Iterator[Item]:
    """Hours of the control plane, the surcharge of extended support, and of a scaling tier."""
    yield Item("hours", "eks.cluster_hour", MONTH)
    minor = versions.table().kubernetes.get(str(resource.body.get("version", "")))
    extended = any(
        each.get("support_type") == "EXTENDED" for each in resource.blocks("upgrade_policy")
    )
    if minor and extended and use.day > minor.standard_support_ends:
        yield Item("extended support", "eks.extended_support_surcharge_hour", MONTH)
    for each in resource.blocks("control_plane_scaling_config"):
        tier = str(each.get("tier", "standard")).removeprefix("tier-")
        if tier != "standard":
            yield Item(f"scaling tier {tier}", f"eks.provisioned_control_plane_{tier}_hour", MONTH)


def capability(resource: BilledResource, use: Use) -> Iterator[Item]:
    """Hours of a capability, and those of the applications of Argo CD."""
    key = str(resource.body["type"]).lower()
    yield Item("hours", f"eks.capability_{key}_hour", MONTH)
    if key == "argocd":
        setting = "argo_cd_applications"
        applications = use.assumed(setting) * MONTH
        yield Item("applications", "eks.capability_argocd_application_hour", applications, setting)


def node_group(resource: BilledResource, _use: Use) -> Iterator[Item]:
    """Hours of as many nodes as are desired, of the first instance type, and their volumes."""
    body = resource.body
    (scaling,) = resource.blocks("scaling_config")
    nodes = Decimal(scaling["desired_size"])
    if not nodes:
        return
    type_ = instance_type(resource)
    capacity = body.get("capacity_type", "ON_DEMAND")
    if capacity == "CAPACITY_BLOCK":
        # Bought in advance at a price that depends on the day.
        yield Item(f"{type_} in a capacity block", "ec2.capacity_block_hour", nodes * MONTH)
    else:
        spot = capacity == "SPOT"
        what = f"{type_} Spot" if spot else type_
        yield Item(what, "", nodes * MONTH, instance=type_, spot=spot)
    for volume in _volumes(resource):
        yield from volume_items(volume, nodes)


def instance_type(group: BilledResource) -> str:
    """The first instance type of a node group, or that of its launch template."""
    named = group.blocks("instance_types") or [_template(group).get("instance_type", "")]
    return str(named[0])


def volume_items(volume: dict[str, Any], number: Decimal) -> Iterator[Item]:
    """The size of gp3 volumes, and what they have above the free IOPS and throughput."""
    size = Decimal(volume["volume_size"])
    yield Item("gp3 volumes", "ebs.gp3_gib_month", size * number)
    iops = Decimal(volume.get("iops") or 0) - FREE_IOPS
    if iops > 0:
        yield Item("IOPS of volumes", "ebs.gp3_iops_month", iops * number)
    throughput = Decimal(volume.get("throughput") or 0) - FREE_MIBPS
    if throughput > 0:
        yield Item("throughput of volumes", "ebs.gp3_mibps_month", throughput * number)


def detector_feature(resource: BilledResource, use: Use) -> Iterator[Item]:
    """Events of the EKS audit log, or the vCPUs of the nodes whose processes are watched."""
    match resource.body.get("name"):
        case "EKS_AUDIT_LOGS":
            events = use.assumed("audit_events_million")
            what, price = "audit events", "guardduty.eks_audit_million"
            yield Item(what, price, events, "audit_events_million")
        case "RUNTIME_MONITORING":
            price = "guardduty.runtime_vcpu_month"
            yield Item("vCPUs of node groups", price, _group_vcpus(use))
            vcpus = use.karpenter_vcpus
            yield Item("vCPUs of Karpenter's nodes", price, vcpus, "workloads")
        case _:
            return


def _group_vcpus(use: Use) -> Decimal:
    cluster = use.environment.cluster
    total = 0
    for nodes in (cluster.system_nodes, *cluster.node_groups.values()):
        found = describe(nodes.instance_types[0]) if nodes.instance_types else None
        total += nodes.desired_size * (found.vcpus if found else 0)
    return Decimal(total)


def _template(group: BilledResource) -> dict[str, Any]:
    for each in group.blocks("launch_template"):
        found = _REFERENCE.search(str(each.get("id", "")) + str(each.get("name", "")))
        if found:
            return dict(group.siblings.get("aws_launch_template", {}).get(found[1], {}))
    return {}


def _volumes(group: BilledResource) -> Iterator[dict[str, Any]]:
    for mapping in listed(_template(group).get("block_device_mappings")):
        for volume in listed(mapping.get("ebs")):
            if volume.get("volume_size") and volume.get("volume_type") == "gp3":
                yield volume

"""Network interfaces of the VPC CNI, and security groups of controllers and of EKS.

Sources: https://github.com/aws/amazon-vpc-cni-k8s/blob/master/pkg/awsutils/awsutils.go,
https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
"""

from collections.abc import Iterator
from typing import Any, Final

from runner.destroy.leftover import Leftover, LeftoverKind, pages, tags_of
from runner.destroy.load_balancing import AUTO_MODE_CLUSTER, AUTO_MODE_OBJECTS, CLUSTER
from runner.destroy.target import Target

_AUTO_MODE_NODE: Final = "eks:kubernetes-cni-node-name"

_CNI_OWNERS: Final = ["amazon-vpc-cni", "eks-vpc-resource-controller"]


def interfaces(target: Target) -> Iterator[Leftover]:
    """Interfaces that no machine has any more, of the CNI or of its branch interfaces.

    A machine that is terminated while the CNI attaches an interface leaves it. Terraform waits 15
    minutes for the security group in it, and fails.
    """
    ec2 = target.client("ec2")
    available = {"Name": "status", "Values": ["available"]}
    of_cluster = {"Name": "tag:cluster.k8s.amazonaws.com/name", "Values": [target.name]}
    owned = {"Name": f"tag:kubernetes.io/cluster/{target.name}", "Values": ["owned"]}
    by_owner = {"Name": "tag:eks:eni:owner", "Values": _CNI_OWNERS}
    found: dict[str, Leftover] = {}
    auto_mode = [
        {"Name": f"tag:{AUTO_MODE_CLUSTER}", "Values": [target.name]},
        {"Name": "tag-key", "Values": [_AUTO_MODE_NODE]},
    ]
    for chosen in (
        [available, of_cluster],
        [available, owned, by_owner],
        [available, *auto_mode],
    ):
        for interface in pages(
            ec2, "describe_network_interfaces", "NetworkInterfaces", Filters=chosen
        ):
            id_ = interface["NetworkInterfaceId"]
            tags = tags_of(interface)
            node = tags.get("node.k8s.amazonaws.com/instance_id") or tags.get(_AUTO_MODE_NODE)
            detail = interface["Description"] + (f", once of {node}" if node else "")
            found[id_] = Leftover(id_, detail)
    yield from found.values()


def _delete_interface(target: Target, interface: Leftover) -> None:
    target.client("ec2").delete_network_interface(NetworkInterfaceId=interface.id)


def _security_groups(target: Target) -> Iterator[Leftover]:
    ec2 = target.client("ec2")
    queries: list[list[dict[str, Any]]] = [
        [{"Name": f"tag:{CLUSTER}", "Values": [target.name]}],
        [
            {"Name": "tag-key", "Values": [f"kubernetes.io/cluster/{target.name}"]},
            {"Name": "group-name", "Values": ["k8s-elb-*"]},
        ],
        # The group of the nodes has the tag of the cluster too, and it is Terraform's.
        [
            {"Name": f"tag:{AUTO_MODE_CLUSTER}", "Values": [target.name]},
            {"Name": "tag-key", "Values": [*AUTO_MODE_OBJECTS]},
        ],
    ]
    if not target.exists():
        # EKS deletes its own group with the cluster, unless a rule of another group names it.
        queries.append([{"Name": "tag:aws:eks:cluster-name", "Values": [target.name]}])
    found: dict[str, Leftover] = {}
    for chosen in queries:
        for group in pages(ec2, "describe_security_groups", "SecurityGroups", Filters=chosen):
            found[group["GroupId"]] = Leftover(group["GroupId"], group["GroupName"])
    yield from found.values()


def delete_security_group(target: Target, group: Leftover) -> None:
    """Deletes a group, after the rules of other groups that name it."""
    ec2 = target.client("ec2")
    described = ec2.describe_security_groups(GroupIds=[group.id])["SecurityGroups"]
    in_vpc = [{"Name": "vpc-id", "Values": [described[0]["VpcId"]]}]
    for other in pages(ec2, "describe_security_groups", "SecurityGroups", Filters=in_vpc):
        if other["GroupId"] == group.id:
            continue
        for path, revoke in (
            ("IpPermissions", ec2.revoke_security_group_ingress),
            ("IpPermissionsEgress", ec2.revoke_security_group_egress),
        ):
            rules = [_only(rule, group.id) for rule in other[path] if _names(rule, group.id)]
            if rules:
                revoke(GroupId=other["GroupId"], IpPermissions=rules)
    ec2.delete_security_group(GroupId=group.id)


def _names(rule: dict[str, Any], group: str) -> bool:
    return any(pair.get("GroupId") == group for pair in rule["UserIdGroupPairs"])


def _only(rule: dict[str, Any], group: str) -> dict[str, Any]:
    """The part of a rule that names a group."""
    ports = {key: rule[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in rule}
    return {**ports, "UserIdGroupPairs": [{"GroupId": group}]}


def all_in_vpc(target: Target) -> list[str]:
    """All interfaces in the environment's VPC, for the message when it cannot be deleted."""
    if target.vpc is None:
        return []
    chosen = [{"Name": "vpc-id", "Values": [target.vpc]}]
    ec2 = target.client("ec2")
    return [
        f"{each['NetworkInterfaceId']} {each['Status']}: {each['Description'] or 'no description'}"
        for each in pages(ec2, "describe_network_interfaces", "NetworkInterfaces", Filters=chosen)
    ]


INTERFACES: Final = LeftoverKind("network interface", interfaces, _delete_interface)
SECURITY_GROUPS: Final = LeftoverKind("security group", _security_groups, delete_security_group)

"""The node through which a tunnel leads.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-prerequisites.html
"""

from collections.abc import Iterator
from typing import Any, Final

from runner.backend.location import Location
from runner.errors import RunnerError

_CLUSTER_TAGS: Final = ("eks:cluster-name", "eks:eks-cluster-name")
"""Of the nodes of managed groups, which stay longer, and of those of Karpenter."""

AGENT: Final = (3, 1, 1374)
"""The first SSM agent that forwards a port to another host.
https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html"""

_ASKED: Final = 50
"""Instance ids that one question to Systems Manager has; it allows 100."""


def find_node(location: Location, cluster: str, region: str) -> str:
    """The id of a running node that Systems Manager can connect to.

    Raises:
        RunnerError: there is none; the message says what is missing.
        ClientError: AWS rejected a call.
    """
    running: list[str] = []
    unusable: list[str] = []
    for tag in _CLUSTER_TAGS:
        nodes = list(_running(location.client("ec2", region), tag, cluster))[:_ASKED]
        running += nodes
        known = _registered(location.client("ssm", region), nodes)
        for node in nodes:
            reason = _unusable(known.get(node))
            if reason is None:
                return node
            unusable.append(f"{node} ({reason})")
    if not running:
        raise RunnerError(
            f"The cluster {cluster} has no running node in {region}, and the tunnel leads through "
            f"one. `make apply ENV={location.environment} STACK=cluster` makes the system nodes."
        )
    raise RunnerError(
        f"Systems Manager can connect to none of the {len(running)} running nodes of {cluster}: "
        f"{', '.join(unusable)}. A node needs the policy AmazonSSMManagedInstanceCore, which the "
        "generated roles of nodes have, and a way to Systems Manager: a NAT gateway, or the "
        "endpoints ssm, ssmmessages and ec2messages of `network.interface_endpoints: "
        "private_cluster`. A new node registers within some minutes."
    )


def _running(ec2: Any, tag: str, cluster: str) -> Iterator[str]:
    chosen = [
        {"Name": f"tag:{tag}", "Values": [cluster]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]
    for page in ec2.get_paginator("describe_instances").paginate(Filters=chosen):
        for reservation in page["Reservations"]:
            for instance in reservation["Instances"]:
                yield instance["InstanceId"]


def _registered(ssm: Any, nodes: list[str]) -> dict[str, dict[str, Any]]:
    if not nodes:
        return {}
    pages = ssm.get_paginator("describe_instance_information").paginate(
        Filters=[{"Key": "InstanceIds", "Values": nodes}]
    )
    return {each["InstanceId"]: each for page in pages for each in page["InstanceInformationList"]}


def _unusable(information: dict[str, Any] | None) -> str | None:
    if information is None:
        return "not registered"
    if information["PingStatus"] != "Online":
        return information["PingStatus"]
    version = information["AgentVersion"]
    if tuple(map(int, version.split(".")[: len(AGENT)])) < AGENT:
        return f"SSM agent {version}, older than {'.'.join(map(str, AGENT))}"
    return None

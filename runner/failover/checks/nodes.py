"""Whether the managed node groups have the nodes that they should have."""

from collections.abc import Iterator
from typing import Any

from runner.check.finding import Finding, each
from runner.failover.checks.cluster import names
from runner.failover.standby import Standby

_WORKS = ("ACTIVE", "UPDATING")


def find(standby: Standby) -> Iterator[Finding]:
    """Each node group of the cluster: its status, and its instances that are in service.

    Karpenter's nodes are not counted: it makes them when pods need them.
    """
    for cluster in names(standby):
        if standby.aws.find("eks", "describe_cluster", name=cluster) is None:
            continue
        groups = standby.aws.pages("eks", "list_nodegroups", "nodegroups", clusterName=cluster)
        if not groups and standby.own("aws_eks_node_group"):
            action = f"`make apply ENV={standby.name} STACK=cluster`."
            yield Finding("error", f"node groups of {cluster}", "there is none", action=action)
        yield from each(groups, _subject, lambda group, of=cluster: [_group(standby, of, group)])


def _subject(group: str) -> str:
    return f"node group {group}"


def _group(standby: Standby, cluster: str, name: str) -> Finding:
    answer = standby.aws.call("eks", "describe_nodegroup", clusterName=cluster, nodegroupName=name)
    group = answer["nodegroup"]
    serving, desired = _instances(standby, group)
    found = f"is {group['status']}, {serving} of {desired} instances are in service"
    issues = [issue["message"] for issue in group.get("health", {}).get("issues", ())]
    if issues:
        found = f"{found}: {'; '.join(issues)}"
    if group["status"] in _WORKS and serving >= desired and not issues:
        return Finding("ok", _subject(name), found)
    describe = (
        f"See `aws eks describe-nodegroup --cluster-name {cluster} --nodegroup-name {name} "
        f"--region {standby.aws.region}`."
    )
    if group["status"] in _WORKS and serving:
        action = f"Pods have less room than configured. {describe}"
        return Finding("warning", _subject(name), found, action=action)
    return Finding("error", _subject(name), found, action=describe)


def _instances(standby: Standby, group: dict[str, Any]) -> tuple[int, int]:
    """How many instances are in service, and how many there should be."""
    known = [each["name"] for each in group.get("resources", {}).get("autoScalingGroups", ())]
    found = standby.aws.pages(
        "autoscaling",
        "describe_auto_scaling_groups",
        "AutoScalingGroups",
        AutoScalingGroupNames=known,
    )
    serving = [
        instance
        for one in found
        for instance in one["Instances"]
        if (instance["LifecycleState"], instance["HealthStatus"]) == ("InService", "Healthy")
    ]
    desired = sum(one["DesiredCapacity"] for one in found)
    return len(serving), desired if found else group["scalingConfig"]["desiredSize"]

"""Whether the control plane of the region's cluster works."""

from collections.abc import Iterator

from runner.check.finding import Finding, each
from runner.failover.standby import Standby


def find(standby: Standby) -> Iterator[Finding]:
    """The status of the cluster, and what EKS says about its health."""
    yield from each(names(standby), _subject, lambda name: [_cluster(standby, name)])


def names(standby: Standby) -> list[str]:
    """The names of the region's clusters, of which there is one."""
    known = (resource.literal("name") for resource in standby.own("aws_eks_cluster"))
    return [name for name in known if name is not None]


def _subject(name: str) -> str:
    return f"cluster {name}"


def _cluster(standby: Standby, name: str) -> Finding:
    answer = standby.aws.find("eks", "describe_cluster", name=name)
    if answer is None:
        action = f"`make apply ENV={standby.name}`."
        return Finding("error", _subject(name), "does not exist", action=action)
    cluster = answer["cluster"]
    if cluster["status"] not in {"ACTIVE", "UPDATING"}:
        action = f"See `aws eks describe-cluster --name {name} --region {standby.aws.region}`."
        return Finding("error", _subject(name), f"is {cluster['status']}", action=action)
    issues = [issue["message"] for issue in cluster.get("health", {}).get("issues", ())]
    if issues:
        return Finding("warning", _subject(name), "; ".join(issues))
    return Finding("ok", _subject(name), f"is {cluster['status']}")

"""Whether EKS offers the Kubernetes version."""

from collections.abc import Iterator

from runner.check.context import CheckContext
from runner.check.finding import Finding


def find(context: CheckContext) -> Iterator[Finding]:
    """Looks at the version of each cluster."""
    clusters = context.needs.of("aws_eks_cluster")
    if not clusters:
        return
    offered = {
        each["clusterVersion"]: each
        for each in context.aws.pages("eks", "describe_cluster_versions", "clusterVersions")
    }
    for cluster in clusters:
        version: str = cluster.attributes["version"]
        subject = f"Kubernetes {version}"
        found = offered.get(version)
        policy = cluster.attributes.get("upgrade_policy", {}).get("support_type", "EXTENDED")
        if found is None or found.get("versionStatus") == "UNSUPPORTED":
            yield Finding(
                "error",
                subject,
                f"EKS offers {', '.join(sorted(offered))}",
                version,
                "Set `cluster.version` to a version that EKS offers.",
            )
        elif found.get("versionStatus") == "EXTENDED_SUPPORT":
            refused = policy == "STANDARD"
            yield Finding(
                "error" if refused else "warning",
                subject,
                "extended support",
                "standard support" if refused else "extended support, at extra cost",
                "Set `cluster.version` to a newer version"
                + (", or `cluster.upgrade_policy: extended`." if refused else "."),
            )
        else:
            ends = found.get("endOfStandardSupportDate")
            until = f"standard support until {ends.date()}" if ends else "standard support"
            yield Finding("ok", subject, until, "a version that EKS offers")

"""What EKS says of an upgrade: running version, insights, offered versions, builds of add-ons."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from config.environment import Environment
from config.versions import number
from runner.check.aws import AwsReader
from runner.check.finding import Finding, NotCheckedError, Status, each
from runner.upgrade_plan.minors import MinorUpgrade
from runner.upgrade_plan.moved import Moved

READINESS: Final = "UPGRADE_READINESS"

_STATUSES: Final[dict[str, Status]] = {"PASSING": "ok", "ERROR": "error"}
"""Statuses of insights; the others give a warning."""

_SHOWN: Final = 5
"""Clients and objects that a row names."""


class Eks:
    """EKS with the credentials of the environment variables; calls only read."""

    def __init__(self, environment: Environment, aws: AwsReader) -> None:
        """Asks nothing yet."""
        self._environment, self._aws = environment, aws
        self._cluster = environment.cluster_name

    def running(self) -> str | None:
        """The minor of the control plane; None where there is no such cluster.

        Raises:
            NotCheckedError: EKS did not answer, or the credentials are of another account.
        """
        account = self._aws.call("sts", "get_caller_identity")["Account"]
        wanted = self._environment.account
        if account != wanted:
            raise NotCheckedError(
                f"the credentials are of account {account}, not {wanted}",
                "Use credentials of that account, for example with AWS_PROFILE.",
            )
        found = self._aws.find("eks", "describe_cluster", name=self._cluster)
        return found["cluster"]["version"] if found else None

    def findings(self, upgrade: MinorUpgrade, addons: list[Moved]) -> list[Finding]:
        """What EKS says of an upgrade.

        Args:
            addons: the versions of the EKS add-ons.
        """
        looks: dict[str, Callable[[], Iterator[Finding]]] = {
            "EKS insights": lambda: self._insights(upgrade.target),
            "EKS versions": lambda: self._offered(upgrade.target),
            "EKS add-ons": lambda: self._addons(upgrade.target, addons),
            "skew": lambda: self._skew(upgrade),
        }
        found: list[Finding] = []
        for name, look in looks.items():
            try:
                rows = list(look())
            except NotCheckedError as error:
                rows = [error.finding(name)]
            found += (replace(row, check=name) for row in rows)
        return found

    def _insights(self, target: str) -> Iterator[Finding]:
        """The insights into whether the cluster is ready for an upgrade."""
        insights = self._aws.pages(
            "eks",
            "list_insights",
            "insights",
            clusterName=self._cluster,
            filter={"categories": [READINESS]},
        )
        if not insights:
            yield Finding("not checked", "insights", "EKS has none yet: it looks every 24 hours")
        yield from each(insights, lambda one: one["name"], lambda one: self._insight(one, target))

    def _insight(self, insight: dict[str, Any], target: str) -> Iterator[Finding]:
        status = insight["insightStatus"]["status"]
        about: str = insight.get("kubernetesVersion") or target
        if number(about) > number(target):
            # It is about a later upgrade.
            return
        reason = insight["insightStatus"].get("reason") or status
        if status == "PASSING":
            yield Finding("ok", insight["name"], reason)
            return
        details = self._aws.call(
            "eks", "describe_insight", clusterName=self._cluster, id=insight["id"]
        )["insight"]
        found = "; ".join([reason, *_used(details), *_resources(details)])
        action = details.get("recommendation") or ""
        yield Finding(_STATUSES.get(status, "warning"), insight["name"], found, action=action)

    def _offered(self, target: str) -> Iterator[Finding]:
        offered = {
            one["clusterVersion"]: one
            for one in self._aws.pages("eks", "describe_cluster_versions", "clusterVersions")
        }
        found = offered.get(target)
        if found is None or found.get("versionStatus") == "UNSUPPORTED":
            yield Finding("error", target, f"EKS offers {', '.join(sorted(offered))}", target)
            return
        ends = found.get("endOfStandardSupportDate")
        extended = found.get("versionStatus") == "EXTENDED_SUPPORT"
        support = "extended support" if extended else "standard support"
        until = f"{support} until {ends.date()}" if ends and not extended else support
        yield Finding("warning" if extended else "ok", target, until, "standard support")

    def _addons(self, target: str, addons: list[Moved]) -> Iterator[Finding]:
        """Whether EKS offers the builds of the target."""
        wanted = [one for one in addons if one.after is not None]
        yield from each(wanted, lambda one: one.name, lambda one: self._addon(one, target))

    def _addon(self, addon: Moved, target: str) -> Iterator[Finding]:
        answer = self._aws.pages(
            "eks",
            "describe_addon_versions",
            "addons",
            kubernetesVersion=target,
            addonName=addon.name,
        )
        offered = [one["addonVersion"] for info in answer for one in info["addonVersions"]]
        needed = f"{addon.after} on {target}"
        if addon.after in offered:
            yield Finding("ok", addon.name, "offered", needed)
            return
        newest = max(offered, key=number, default=None)
        yield Finding(
            "error",
            addon.name,
            f"not offered; the newest build is {newest}" if newest else "EKS has no build",
            needed,
            f"Set `cluster.addons.{addon.name}.version: {newest}`."
            if newest
            else "Leave the add-on out, or wait until EKS has a build.",
        )

    def _skew(self, upgrade: MinorUpgrade) -> Iterator[Finding]:
        """Node groups that are further behind than a control plane of the target allows.

        https://kubernetes.io/releases/version-skew-policy/#kubelet
        """
        names = self._aws.pages("eks", "list_nodegroups", "nodegroups", clusterName=self._cluster)
        yield from each(names, str, lambda name: self._node_group(name, upgrade))

    def _node_group(self, name: str, upgrade: MinorUpgrade) -> Iterator[Finding]:
        group = self._aws.call(
            "eks", "describe_nodegroup", clusterName=self._cluster, nodegroupName=name
        )["nodegroup"]
        yield node_skew(f"node group {name}", group["version"], upgrade)
        issues = (group.get("health") or {}).get("issues") or []
        for issue in issues:
            yield Finding("error", f"node group {name}", f"{issue['code']}: {issue.get('message')}")


FURTHEST: Final = 3
"""Minors that a kubelet may be older than the control plane."""


def node_skew(subject: str, version: str, upgrade: MinorUpgrade) -> Finding:
    """Whether nodes of a minor may run with a control plane of the target."""
    behind = number(upgrade.target)[1] - number(version)[1]
    if behind > FURTHEST:
        return Finding(
            "error",
            subject,
            f"runs {version}",
            f"at most {FURTHEST} minors before {upgrade.target}",
            "Replace these nodes first.",
        )
    expected = {upgrade.current, upgrade.target}
    minor = ".".join(map(str, number(version)[:2]))
    return Finding("ok" if minor in expected else "warning", subject, f"runs {version}")


def _used(insight: dict[str, Any]) -> Iterator[str]:
    """The API versions that clients have used in the last 30 days."""
    summary = insight.get("categorySpecificSummary") or {}
    for one in summary.get("deprecationDetails") or ():
        clients = sorted(
            one.get("clientStats") or (),
            key=lambda client: -client.get("numberOfRequestsLast30Days", 0),
        )
        by = ", ".join(
            f"{client['userAgent']} ({client['numberOfRequestsLast30Days']} requests)"
            for client in clients[:_SHOWN]
        )
        yield f"{one['usage']}, not served from {one['stopServingVersion']} on, instead " + (
            f"{one['replacedWith']}" + (f", used by {by}" if by else "")
        )
    for one in summary.get("addonCompatibilityDetails") or ():
        yield f"{one['name']} needs one of {', '.join(one['compatibleVersions'])}"


def _resources(insight: dict[str, Any]) -> Iterator[str]:
    found = [
        one.get("kubernetesResourceUri") or one.get("arn") or ""
        for one in insight.get("resources") or ()
        if one.get("insightStatus", {}).get("status") != "PASSING"
    ]
    yield from found[:_SHOWN]
    if len(found) > _SHOWN:
        yield f"and {len(found) - _SHOWN} more"

"""Insights into whether a cluster is ready for an upgrade: ListInsights and DescribeInsight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.core.responses import ActionResult
from moto.core.utils import utcnow

from config.versions import number
from tools.emulator.eks.addon_versions import is_supported
from tools.emulator.eks.base import EksBase, not_found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.emulator.eks.clusters import EmulatedCluster
    from tools.emulator.eks.state import Record

_FURTHEST = 3
_READINESS = "UPGRADE_READINESS"


class Insights(EksBase):
    """The two calls, with what versions show; no audit log tells which APIs clients use.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html
    """

    def list_insights(self) -> ActionResult:
        """Answers ListInsights."""
        asked = (self._get_param("filter") or {}).get("categories") or [_READINESS]
        found = self._insights() if _READINESS in asked else ()
        hidden = ("recommendation", "resources", "categorySpecificSummary")
        return self.page(
            "insights",
            [{key: value for key, value in each.items() if key not in hidden} for each in found],
        )

    def describe_insight(self) -> ActionResult:
        """Answers DescribeInsight."""
        wanted = self._get_param("id")
        known = {each["id"]: each for each in self._insights()}
        if wanted not in known:
            not_found(f"No insight found for id: {wanted}.")
        return ActionResult({"insight": known[wanted]})

    def _insights(self) -> Iterator[Record]:
        cluster = self.cluster()
        major, minor = number(cluster.version)
        target = f"{major}.{minor + 1}"
        yield self._insight("kubelet-skew", "Kubelet version skew", target, self._skew(cluster))
        yield self._insight(
            "addons", "EKS add-on version compatibility", target, self._addons(target)
        )

    def _insight(self, id_: str, name: str, target: str, wrong: list[Record]) -> Record:
        status = "ERROR" if wrong else "PASSING"
        return {
            "id": id_,
            "name": name,
            "category": _READINESS,
            "kubernetesVersion": target,
            "lastRefreshTime": utcnow(),
            "lastTransitionTime": utcnow(),
            "description": name,
            "insightStatus": {"status": status, "reason": f"{len(wrong)} not ready for {target}"},
            "recommendation": f"Update what is not for {target}" if wrong else "",
            "additionalInfo": {},
            "resources": wrong,
            "categorySpecificSummary": {"deprecationDetails": [], "addonCompatibilityDetails": []},
        }

    def _skew(self, cluster: EmulatedCluster) -> list[Record]:
        """Node groups that may not run with a control plane of the next minor."""
        oldest = number(cluster.version)[1] + 1 - _FURTHEST
        return [
            _wrong(self.arn("nodegroup", cluster.name, name))
            for name, group in cluster.nodegroups.items()
            if number(group.version)[1] < oldest
        ]

    def _addons(self, target: str) -> list[Record]:
        addons = self.of_cluster(self.state.addons)
        return [
            _wrong(addon["addonArn"])
            for name, addon in addons.items()
            if not is_supported(name, addon["addonVersion"], target)
        ]


def _wrong(arn: str) -> Record:
    return {"arn": arn, "insightStatus": {"status": "ERROR", "reason": "too old"}}

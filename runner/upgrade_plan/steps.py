"""The steps of an upgrade in their order: what to run, what changes, how to see that it succeeded.

The control plane is first and nodes and EKS add-ons follow after a pause, because a control plane
can be rolled back alone as long as nothing is newer than the minor before.
https://docs.aws.amazon.com/eks/latest/best-practices/rollback-cluster-upgrades.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from runner.upgrade_plan import moved
from runner.upgrade_plan.changes import ChangedResource, changes
from runner.upgrade_plan.minors import MinorUpgrade
from runner.upgrade_plan.moved import Moved
from runner.upgrade_plan.step import UpgradeStep
from runner.upgrade_plan.variant import Variant

VERSION: Final = "cluster.version"
NODES: Final = "cluster.upgrade.nodes"
CLUSTER: Final = "cluster"
PLATFORM: Final = "platform"

ROLLBACK_DAYS: Final = 7
"""https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html"""


@dataclass(frozen=True)
class Variants:
    """The environment at the three times of an upgrade.

    Attributes:
        before: the version that it leaves.
        held: the control plane with the target, nodes and EKS add-ons with the version before.
        after: everything with the target.
    """

    before: Variant
    held: Variant
    after: Variant


def steps(upgrade: MinorUpgrade, variants: Variants, name: str) -> list[UpgradeStep]:
    """The steps of an upgrade.

    Args:
        name: the environment as the commands name it: a name or the path of a file.
    """
    first, second = (
        changes(variants.before, variants.held),
        changes(variants.held, variants.after),
    )
    made = _Steps(upgrade, variants, name, tuple(first), tuple(second))
    control_plane = [made.control_plane(), made.charts()]
    if moved.unfit(variants.before, upgrade.target):
        control_plane.reverse()
    return [
        made.configuration(),
        *control_plane,
        made.bake(),
        made.nodes_configuration(),
        *made.of_the_cluster(),
        *made.karpenter(),
        made.end(),
    ]


@dataclass(frozen=True)
class _Steps:
    upgrade: MinorUpgrade
    variants: Variants
    name: str
    first: tuple[ChangedResource, ...]
    second: tuple[ChangedResource, ...]

    def configuration(self) -> UpgradeStep:
        target = self.upgrade.target
        return UpgradeStep(
            "configuration",
            f"sets the version of the control plane, {target}, and holds nodes and EKS add-ons",
            settings={VERSION: target, NODES: "after"},
            command=self._make("upgrade-plan", f"TO={target} ARGS=--write"),
            succeeded=(
                f"{self._make('plan', 'STACK=cluster')} updates aws_eks_cluster.cluster in place, "
                "and nothing else that this plan does not name",
            ),
            done=self.upgrade.configured,
        )

    def control_plane(self) -> UpgradeStep:
        current, target = self.upgrade.current, self.upgrade.target
        return UpgradeStep(
            "control plane",
            "upgrades the control plane alone",
            stack=CLUSTER,
            command=self._make("apply", "STACK=cluster"),
            versions=(Moved("Kubernetes", current, target),),
            changes=self._of(self.first, CLUSTER),
            succeeded=(
                f"{self._eks('describe-cluster', '--name')} --query "
                f'"cluster.[version,status]" prints {target} and ACTIVE',
            ),
            notes=(
                "EKS needs up to five free addresses in the subnets of the control plane.",
                "`cluster.upgrade.force_update_version: true` upgrades although an insight of EKS "
                "reports an error.",
                *self._control_plane_notes(),
            ),
            done=self.upgrade.control_plane_is_done,
        )

    def _control_plane_notes(self) -> Iterator[str]:
        if self.upgrade.configured and self.upgrade.running is None:
            yield "EKS was not asked whether this is done already."
        if self._has_karpenter():
            yield (
                f"{self._pool_nodes} drift from here on; the next step on the platform stack holds "
                "those that are left. docs/upgrades.md, The control plane first, holds all."
            )
        edge = self.variants.after.environment.edge
        others = [each for each in edge.weights if each != self.variants.after.environment.name]
        if edge.owner or others:
            yield (
                f"Behind the same load balancer: {edge.owner or ', '.join(others)}. edge.weights "
                f"of {edge.owner or self.variants.after.environment.name} can send it the "
                "requests during the upgrade."
            )

    def charts(self) -> UpgradeStep:
        early = moved.unfit(self.variants.before, self.upgrade.target)
        return UpgradeStep(
            "charts",
            "upgrades the charts"
            + (f", and lets {self._replacer} hold drifted nodes" if self._has_karpenter() else ""),
            stack=PLATFORM,
            command=self._make("apply", "STACK=platform"),
            versions=tuple(moved.charts(self.variants.before, self.variants.held)),
            changes=self._of(self.first, PLATFORM),
            succeeded=(
                "helm list --all-namespaces: every release is deployed",
                "kubectl get pods --all-namespaces: no pod is Pending or restarts",
            ),
            notes=(
                f"Before the control plane: {', '.join(early)} does not support "
                f"{self.upgrade.target}.",
            )
            if early
            else (),
        )

    def bake(self) -> UpgradeStep:
        target, before = self.upgrade.target, self.upgrade.current
        return UpgradeStep(
            "bake",
            f"waits under the usual load, at least a day and at most {ROLLBACK_DAYS} days: until "
            f"then EKS can roll the control plane back to {before}",
            succeeded=(
                "no new alert fires, and no Deployment has unavailable replicas",
                f"kubectl get --raw /metrics | grep apiserver_requested_deprecated_apis: nothing "
                f"that a minor after {target} removes is used by what you run",
                f"{self._eks('list-insights', '--cluster-name')} --filter "
                "categories=ROLLBACK_READINESS: no ERROR while you want the way back open",
            ),
        )

    def nodes_configuration(self) -> UpgradeStep:
        return UpgradeStep(
            "nodes configuration",
            "lets nodes and EKS add-ons follow the control plane",
            settings={NODES: "together"},
            command=self._make("upgrade-plan", f"TO={self.upgrade.target} ARGS=--write"),
            succeeded=(
                f"{self._make('plan', 'STACK=platform')} updates helm_release.auto_mode_nodes in "
                "place"
                if self._auto_mode
                else f"{self._make('plan', 'STACK=cluster')} updates the EKS add-ons and node "
                "groups of the two next steps in place",
            ),
            notes=("After this the control plane is rolled back after its nodes, not alone.",),
        )

    def of_the_cluster(self) -> Iterator[UpgradeStep]:
        """EKS add-ons and node groups, where there are any: not with EKS Auto Mode."""
        found = self.variants.after.stack(CLUSTER).get("resource", {})
        groups = "aws_eks_node_group" in found
        if groups or "aws_eks_addon" in found:
            yield self.addons()
        if groups:
            yield self.node_groups()

    def addons(self) -> UpgradeStep:
        found = tuple(moved.addons(self.variants.before, self.variants.after))
        names = [each.name for each in found if not each.stays]
        look = f"{self._eks('describe-addon', '--cluster-name')} --addon-name"
        return UpgradeStep(
            "EKS add-ons",
            "upgrades the EKS add-ons; in the same apply Terraform updates the node groups",
            stack=CLUSTER,
            command=self._make("apply", "STACK=cluster"),
            versions=found,
            changes=tuple(
                each for each in self._of(self.second, CLUSTER) if each.type == "aws_eks_addon"
            ),
            succeeded=(
                f'{look} NAME --query "addon.[addonVersion,status]" prints the version and ACTIVE '
                f"for {', '.join(names) or 'each'}",
            ),
        )

    def node_groups(self) -> UpgradeStep:
        return UpgradeStep(
            "node groups",
            "replaces the nodes of the node groups, a third of a group at a time, in the apply of "
            "the step before",
            versions=tuple(moved.node_images(self.variants.before, self.variants.after)),
            changes=tuple(
                each for each in self._of(self.second, CLUSTER) if each.type != "aws_eks_addon"
            ),
            succeeded=(
                "kubectl get nodes -L eks.amazonaws.com/nodegroup: each is Ready with "
                f"v{self.upgrade.target}",
            ),
            notes=(
                "A node is drained for 15 minutes. If a pod may not be evicted by then, the update "
                "fails with PodEvictionFailure and EKS returns to the version before "
                "(docs/upgrades.md).",
            ),
        )

    def karpenter(self) -> Iterator[UpgradeStep]:
        """Karpenter replaces its nodes after the platform stack has ended the hold."""
        if not self._has_karpenter():
            platform = self._of(self.second, PLATFORM)
            if platform:
                yield UpgradeStep(
                    "platform",
                    "applies what follows the nodes",
                    stack=PLATFORM,
                    command=self._make("apply", "STACK=platform"),
                    changes=platform,
                    succeeded=("helm list --all-namespaces: every release is deployed",),
                )
            return
        yield UpgradeStep(
            self._pool_nodes,
            f"ends the hold: {self._replacer} replaces its drifted nodes, as fast as the budgets "
            "of its node pools allow",
            stack=PLATFORM,
            command=self._make("apply", "STACK=platform"),
            versions=tuple(moved.node_classes(self.variants.before, self.variants.after)),
            changes=self._of(self.second, PLATFORM),
            succeeded=(
                "kubectl get nodes -l karpenter.sh/nodepool: each is Ready with "
                f"v{self.upgrade.target}",
                "kubectl get nodeclaims: none has the condition Drifted",
            ),
            notes=(
                "A node with a pod that may not be disrupted stays until its pool's "
                "termination_grace_period; without one it stays until the pod ends.",
            ),
        )

    def end(self) -> UpgradeStep:
        return UpgradeStep(
            "end",
            "checks that nothing is left to do",
            command=self._make("plan"),
            succeeded=("No changes in every stack",),
            notes=("Remove `force_update_version` where you set it for this upgrade.",),
        )

    def _make(self, target: str, arguments: str = "") -> str:
        return f"make {target} ENV={self.name} {arguments}".rstrip()

    def _eks(self, operation: str, option: str) -> str:
        environment = self.variants.after.environment
        where = f"--region {environment.region}"
        return f"aws eks {operation} {option} {environment.cluster_name} {where}"

    @property
    def _auto_mode(self) -> bool:
        return self.variants.after.environment.cluster.auto_mode

    @property
    def _replacer(self) -> str:
        """What replaces the nodes of the pools."""
        return "EKS Auto Mode" if self._auto_mode else "Karpenter"

    @property
    def _pool_nodes(self) -> str:
        return "nodes of EKS Auto Mode" if self._auto_mode else "Karpenter's nodes"

    def _has_karpenter(self) -> bool:
        return self.variants.after.environment.cluster.autoscaler == "karpenter"

    @staticmethod
    def _of(found: Iterable[ChangedResource], stack: str) -> tuple[ChangedResource, ...]:
        return tuple(each for each in found if each.stack == stack)

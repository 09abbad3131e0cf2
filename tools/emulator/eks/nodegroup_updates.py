"""Changing a node group: UpdateNodegroupConfig and UpdateNodegroupVersion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow

from tools.emulator.eks.base import invalid_parameter, invalid_request
from tools.emulator.eks.kubernetes_versions import ordinal
from tools.emulator.eks.nodegroups import Nodegroups, release

if TYPE_CHECKING:
    from moto.core.responses import ActionResult

_CHANGES = ("labels", "taints", "scalingConfig", "updateConfig", "nodeRepairConfig")


class NodegroupUpdates(Nodegroups):
    """Every way to change a node group.

    Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupConfig.html
    """

    def update_nodegroup_config(self) -> ActionResult:
        """Answers UpdateNodegroupConfig."""
        params = self._get_params()
        nodegroup = self.nodegroup()
        if not any(params.get(name) for name in _CHANGES):
            invalid_parameter("No changes needed for the node group configuration provided")
        self.check_scaling({**nodegroup.scaling_config, **(params.get("scalingConfig") or {})})
        super().update_nodegroup_config()
        return self.updated("ConfigUpdate", _told(params), nodegroupName=nodegroup.nodegroup_name)

    def update_nodegroup_version(self) -> ActionResult:
        """Answers UpdateNodegroupVersion: to the version of the cluster, or a new template.

        After an upgrade of the cluster, nodes can be rolled back before it.

        Source: https://docs.aws.amazon.com/eks/latest/userguide/update-managed-node-group.html
        """
        params = self._get_params()
        cluster, nodegroup = self.cluster(), self.nodegroup()
        version = params.get("version")
        rollback = cluster.upgraded is not None and version == cluster.upgraded.before
        if version and not (
            rollback or ordinal(nodegroup.version) <= ordinal(version) <= ordinal(cluster.version)
        ):
            invalid_parameter(
                f"Nodegroup Kubernetes version {version} must lie between its own "
                f"{nodegroup.version} and the cluster's {cluster.version}"
            )
        self.check_release(params, version or nodegroup.version, nodegroup.ami_type)
        template = params.get("launchTemplate")
        if template and not nodegroup.launch_template:
            invalid_request("The node group was not created with a launch template")
        if template:
            self._launch_template(params)
            nodegroup.launch_template = {**(nodegroup.launch_template or {}), **template}
        moved = version not in {None, nodegroup.version}
        nodegroup.version = version or nodegroup.version
        if params.get("releaseVersion"):
            nodegroup.release_version = params["releaseVersion"]
        elif moved and nodegroup.ami_type.startswith("AL"):
            nodegroup.release_version = release(nodegroup.ami_type, nodegroup.version)
        # Otherwise EKS takes the newest release, and the emulator has none newer than the group's.
        nodegroup.modified_at = utcnow()
        told = [
            ("Version", nodegroup.version),
            ("ReleaseVersion", nodegroup.release_version),
            ("LaunchTemplateVersion", (template or {}).get("version")),
        ]
        return self.updated("VersionUpdate", told, nodegroupName=nodegroup.nodegroup_name)


def _told(params: dict[str, Any]) -> list[tuple[str, Any]]:
    """Returns the changes of a request by the names that an update has for them."""
    labels, taints = params.get("labels") or {}, params.get("taints") or {}
    scaling, update = params.get("scalingConfig") or {}, params.get("updateConfig") or {}
    return [
        ("LabelsToAdd", labels.get("addOrUpdateLabels")),
        ("LabelsToRemove", labels.get("removeLabels")),
        ("TaintsToAdd", taints.get("addOrUpdateTaints")),
        ("TaintsToRemove", taints.get("removeTaints")),
        ("MinSize", scaling.get("minSize")),
        ("MaxSize", scaling.get("maxSize")),
        ("DesiredSize", scaling.get("desiredSize")),
        ("MaxUnavailable", update.get("maxUnavailable")),
        ("MaxUnavailablePercentage", update.get("maxUnavailablePercentage")),
        ("NodeRepairConfig", params.get("nodeRepairConfig")),
    ]

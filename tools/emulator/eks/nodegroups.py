"""Managed node groups: CreateNodegroup and what DescribeNodegroup tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.eks.models import Nodegroup

from tools.emulator.eks.base import invalid_parameter, invalid_request, not_found
from tools.emulator.eks.clusters import Clusters
from tools.emulator.eks.kubernetes_versions import ordinal
from tools.emulator.eks.readiness import nodes_join

if TYPE_CHECKING:
    from moto.core.responses import ActionResult

    from tools.emulator.eks.clusters import EmulatedCluster

_DEFAULT_AMI = "AL2023_x86_64_STANDARD"
_CUSTOM_AMI = "CUSTOM"
_DEFAULT_DISK = 20
_DEFAULT_SIZE = {"minSize": 1, "maxSize": 2, "desiredSize": 2}


class EmulatedNodegroup(Nodegroup):
    """A node group with the defaults of EKS in the place of moto's."""

    def complete(self, params: dict[str, Any], version: str, template: dict[str, Any]) -> None:
        """Adds or replaces what moto's CreateNodegroup leaves out or invents.

        Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
        """
        self.remote_access = params.get("remoteAccess")
        self.ami_type = (
            _CUSTOM_AMI if template.get("ImageId") else params.get("amiType", _DEFAULT_AMI)
        )
        self.version = params.get("version") or version
        self.release_version = params.get("releaseVersion") or release(self.ami_type, self.version)
        self.update_config = params.get("updateConfig") or {"maxUnavailable": 1}
        self.node_repair_config = params.get("nodeRepairConfig")
        self.scaling_config = {**_DEFAULT_SIZE, **(params.get("scalingConfig") or {})}
        self.resources = {"autoScalingGroups": [{"name": f"eks-{self.nodegroup_name}-{self.uuid}"}]}
        self.health = {"issues": []}
        self.disk_size = params.get("diskSize", _DEFAULT_DISK)
        if params.get("launchTemplate"):
            self.disk_size = None
            self.launch_template = dict(self.launch_template or {})
            if template.get("InstanceType"):
                self.instance_types = None


class Nodegroups(Clusters):
    """CreateNodegroup, DescribeNodegroup and DeleteNodegroup."""

    def create_nodegroup(self) -> ActionResult:
        """Answers CreateNodegroup."""
        params = self._get_params()
        cluster = self.cluster()
        template = self._launch_template(params)
        self._check_nodegroup(cluster, params, template)
        answer = super().create_nodegroup()
        nodegroup = self.nodegroup()
        nodegroup.complete(params, cluster.version, template)
        self.admit_nodes(cluster, nodegroup.node_role, nodegroup.ami_type)
        nodegroup.status = self._nodegroup_status(cluster)
        return answer

    def describe_nodegroup(self) -> ActionResult:
        """Answers DescribeNodegroup; a node group is active once its nodes can join."""
        nodegroup = self.nodegroup()
        nodegroup.status = self._nodegroup_status(self.cluster())
        return super().describe_nodegroup()

    def list_nodegroups(self) -> ActionResult:
        """Answers ListNodegroups; moto fails where there is no cluster."""
        self.cluster()
        return super().list_nodegroups()

    def nodegroup(self) -> EmulatedNodegroup:
        """Returns the node group that the request names, or refuses the request."""
        name = self._get_param("nodegroupName")
        nodegroup: Any = self.cluster().nodegroups.get(name)
        if nodegroup is None:
            not_found(f"No node group found for name: {name}.")
        return nodegroup

    def check_scaling(self, scaling: dict[str, int]) -> None:
        """Refuses sizes that contradict each other."""
        low, wanted, high = (scaling[name] for name in ("minSize", "desiredSize", "maxSize"))
        if low > wanted:
            invalid_parameter(f"Minimum capacity {low} can't be greater than desired size {wanted}")
        if wanted > high:
            invalid_parameter(f"desired capacity {wanted} can't be greater than max size {high}")

    def check_release(self, params: dict[str, Any], version: str, ami_type: str) -> None:
        """Refuses a release of Amazon Linux for another Kubernetes version than the nodes'.

        Source: https://github.com/eksctl-io/eksctl/issues/7976
        """
        wanted = params.get("releaseVersion")
        if wanted and ami_type.startswith("AL") and not wanted.startswith(f"{version}."):
            invalid_parameter(
                f"Requested release version {wanted} is not valid for kubernetes version {version}."
            )

    def _nodegroup_status(self, cluster: EmulatedCluster) -> str:
        return "ACTIVE" if nodes_join(cluster, self.state) else "CREATING"

    def _launch_template(self, params: dict[str, Any]) -> dict[str, Any]:
        specification = params.get("launchTemplate")
        if not specification:
            return {}
        data = self.surroundings().launch_template_data(specification)
        if data is None:
            invalid_request(f"Launch template {specification} does not exist")
        return data

    def _check_nodegroup(
        self, cluster: EmulatedCluster, params: dict[str, Any], template: dict[str, Any]
    ) -> None:
        surroundings = self.surroundings()
        if not params["subnets"]:
            invalid_parameter("Subnets cannot be empty")
        for subnet in params["subnets"]:
            if surroundings.subnet(subnet) is None:
                invalid_parameter(f"The subnet ID '{subnet}' does not exist")
        if surroundings.trust_policy(params["nodeRole"]) is None:
            invalid_parameter(f"The role with ARN {params['nodeRole']} cannot be found")
        self.check_scaling({**_DEFAULT_SIZE, **(params.get("scalingConfig") or {})})
        version = params.get("version")
        if version and ordinal(version) > ordinal(cluster.version):
            invalid_parameter(
                f"Nodegroup Kubernetes version {version} can't be newer than the cluster's "
                f"{cluster.version}"
            )
        self.check_release(params, version or cluster.version, params.get("amiType", _DEFAULT_AMI))
        if template.get("ImageId") and params.get("amiType") not in {None, _CUSTOM_AMI}:
            invalid_parameter("AMI type cannot be specified with an image in the launch template")
        if template.get("InstanceType") and params.get("instanceTypes"):
            invalid_parameter("Instance types are in the launch template and in the request")


def release(ami_type: str, version: str) -> str:
    """Returns a release version of the form that AMIs of the type have."""
    return "1.50.0-00000000" if ami_type.startswith("BOTTLEROCKET") else f"{version}.0-20260101"

"""Changing a cluster: UpdateClusterConfig, UpdateClusterVersion, AssociateEncryptionConfig."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow

from tools.emulator.eks.base import invalid_parameter, invalid_request
from tools.emulator.eks.clusters import Clusters, Upgrade
from tools.emulator.eks.kubernetes_versions import ordinal

if TYPE_CHECKING:
    from moto.core.responses import ActionResult

    from tools.emulator.eks.clusters import EmulatedCluster

_ENDPOINT = ("endpointPublicAccess", "endpointPrivateAccess", "publicAccessCidrs")
_VPC = {"subnetIds": "Subnets", "securityGroupIds": "SecurityGroups"}
_MODES = ("CONFIG_MAP", "API_AND_CONFIG_MAP", "API")
_ANYWHERE = "0.0.0.0/0"

# Request parameter: update type, and the attribute of the cluster that takes the value as it is.
_PLAIN = {
    "upgradePolicy": ("UpgradePolicyUpdate", "upgrade_policy"),
    "zonalShiftConfig": ("ZonalShiftConfigUpdate", "zonal_shift_config"),
    "remoteNetworkConfig": ("RemoteNetworkConfigUpdate", "remote_network_config"),
    "deletionProtection": ("DeletionProtectionUpdate", "deletion_protection"),
}
_AUTO_MODE = ("computeConfig", "storageConfig", "kubernetesNetworkConfig")


_ROLLBACK = timedelta(days=7)


class ClusterUpdates(Clusters):
    """Every way to change a cluster.

    Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html
    """

    def update_cluster_config(self) -> ActionResult:
        """Answers UpdateClusterConfig; as in EKS, one type of change per call."""
        params = self._get_params()
        cluster = self.cluster()
        asked = [name for name in ("logging", "accessConfig", *_PLAIN) if name in params]
        vpc_config = params.get("resourcesVpcConfig") or {}
        asked += ["endpoint access"] if any(name in vpc_config for name in _ENDPOINT) else []
        asked += ["VPC configuration"] if any(name in vpc_config for name in _VPC) else []
        asked += ["Auto Mode"] if any(name in params for name in _AUTO_MODE) else []
        if len(asked) != 1:
            found = ", ".join(asked) or "none"
            invalid_parameter(f"Only one type of update can be allowed per request, found: {found}")
        changes = {
            "logging": self._update_logging,
            "accessConfig": self._update_access,
            "endpoint access": self._update_endpoint,
            "VPC configuration": self._update_vpc,
            "Auto Mode": self._update_auto_mode,
        }
        change = changes.get(asked[0])
        return change(cluster, params) if change else self._update_plain(cluster, params, asked[0])

    def update_cluster_version(self) -> ActionResult:
        """Answers UpdateClusterVersion: one minor version up, or back within seven days.

        Sources: https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html and
        https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html
        """
        cluster = self.cluster()
        version = self._get_param("version")
        if _can_be_rolled_back(cluster, version):
            return self._roll_back(cluster, version)
        if ordinal(version) != ordinal(cluster.version) + 1:
            invalid_parameter(
                f"Unsupported Kubernetes minor version update from {cluster.version} to {version}"
            )
        cluster.upgraded = Upgrade(cluster.version, utcnow())
        cluster.version = version
        return self.updated("VersionUpdate", [("Version", version)])

    def _roll_back(self, cluster: EmulatedCluster, version: str) -> ActionResult:
        newer = [
            name
            for name, group in cluster.nodegroups.items()
            if ordinal(group.version) > ordinal(version)
        ]
        if newer:
            invalid_request(f"Node groups are newer than {version}: {', '.join(sorted(newer))}")
        cluster.upgraded = None
        cluster.version = version
        return self.updated("VersionRollback", [("Version", version)])

    def associate_encryption_config(self) -> ActionResult:
        """Answers AssociateEncryptionConfig, which cannot be undone or repeated."""
        cluster = self.cluster()
        if cluster.encryption_config:
            invalid_request("Encryption is already enabled for this cluster")
        cluster.encryption_config = self._get_param("encryptionConfig")
        return self.updated(
            "AssociateEncryptionConfig", [("EncryptionConfig", cluster.encryption_config)]
        )

    def _update_logging(self, cluster: EmulatedCluster, params: dict[str, Any]) -> ActionResult:
        before = _log_types(cluster.logging)
        wanted = before | _log_types(params["logging"])
        if wanted == before:
            invalid_parameter("No changes needed for the logging config provided")
        cluster.logging = {
            "clusterLogging": [
                {"types": types, "enabled": enabled}
                for enabled in (True, False)
                if (types := sorted(name for name, on in wanted.items() if on is enabled))
            ]
        }
        if any(wanted.values()):
            self.surroundings().ensure_log_group(cluster.name)
        return self.updated("LoggingUpdate", [("ClusterLogging", params["logging"])])

    def _update_access(self, cluster: EmulatedCluster, params: dict[str, Any]) -> ActionResult:
        mode = params["accessConfig"]["authenticationMode"]
        before = cluster.access_config["authenticationMode"]
        if _MODES.index(mode) <= _MODES.index(before):
            invalid_parameter(f"Unsupported authentication mode update from {before} to {mode}")
        cluster.access_config["authenticationMode"] = mode
        return self.updated("AccessConfigUpdate", [("AuthenticationMode", mode)])

    def _update_endpoint(self, cluster: EmulatedCluster, params: dict[str, Any]) -> ActionResult:
        config = cluster.resources_vpc_config
        asked = {name: params["resourcesVpcConfig"].get(name) for name in _ENDPOINT}
        wanted = config | {name: value for name, value in asked.items() if value is not None}
        public = wanted["endpointPublicAccess"]
        if not (public or wanted["endpointPrivateAccess"]):
            invalid_parameter("Private and public endpoint access cannot be false")
        wanted["publicAccessCidrs"] = (wanted["publicAccessCidrs"] or [_ANYWHERE]) if public else []
        if wanted == config:
            invalid_parameter("Cluster is already at the desired configuration")
        cluster.resources_vpc_config = wanted
        told = ((name[0].upper() + name[1:], value) for name, value in asked.items())
        return self.updated("EndpointAccessUpdate", told)

    def _update_vpc(self, cluster: EmulatedCluster, params: dict[str, Any]) -> ActionResult:
        asked = params["resourcesVpcConfig"]
        surroundings = self.surroundings()
        subnets = [surroundings.subnet(subnet) for subnet in asked.get("subnetIds") or []]
        if None in subnets:
            missing = asked["subnetIds"][subnets.index(None)]
            invalid_parameter(f"The subnet ID '{missing}' does not exist")
        of_now = cluster.resources_vpc_config["subnetIds"]
        zones = {surroundings.subnet(subnet).availability_zone for subnet in of_now}
        wanted = {subnet.availability_zone for subnet in subnets}
        if subnets and wanted != zones:
            invalid_parameter(
                f"Provided subnets belong to the AZs '{','.join(sorted(wanted))}'. But they should "
                f"belong to the exact set of AZs '{','.join(sorted(zones))}' in which subnets were "
                "provided during cluster creation."
            )
        for group in asked.get("securityGroupIds") or []:
            if not surroundings.has_security_group(group):
                invalid_parameter(f"The security group '{group}' does not exist")
        config = cluster.resources_vpc_config | {
            name: asked[name] for name in _VPC if name in asked
        }
        cluster.resources_vpc_config = config
        surroundings.delete_interfaces(cluster.interfaces)
        cluster.interfaces = surroundings.create_interfaces(
            cluster.name,
            config["subnetIds"][:2],
            [config["clusterSecurityGroupId"], *config["securityGroupIds"]],
        )
        told = ((kind, asked.get(name)) for name, kind in _VPC.items())
        return self.updated("VpcConfigUpdate", told)

    def _update_auto_mode(self, cluster: EmulatedCluster, params: dict[str, Any]) -> ActionResult:
        cluster.compute_config = params.get("computeConfig", cluster.compute_config)
        cluster.storage_config = params.get("storageConfig", cluster.storage_config)
        network = params.get("kubernetesNetworkConfig") or {}
        cluster.kubernetes_network_config = cluster.kubernetes_network_config | network
        told = ((name[0].upper() + name[1:], params.get(name)) for name in _AUTO_MODE)
        return self.updated("AutoModeUpdate", told)

    def _update_plain(
        self, cluster: EmulatedCluster, params: dict[str, Any], name: str
    ) -> ActionResult:
        kind, attribute = _PLAIN[name]
        if getattr(cluster, attribute) == params[name]:
            invalid_parameter(f"No changes needed for the {name} provided")
        setattr(cluster, attribute, params[name])
        return self.updated(kind, [(name[0].upper() + name[1:], params[name])])


def _can_be_rolled_back(cluster: EmulatedCluster, version: str) -> bool:
    """Whether a version is the one that the cluster was upgraded from, not long ago."""
    last = cluster.upgraded
    return last is not None and version == last.before and utcnow() - last.at <= _ROLLBACK


def _log_types(logging: dict[str, Any]) -> dict[str, bool]:
    """Returns every log type that a logging configuration names, and whether it is on."""
    return {
        name: bool(setup.get("enabled"))
        for setup in logging.get("clusterLogging", [])
        for name in setup.get("types", [])
    }

"""Clusters: CreateCluster, DeleteCluster, and the properties that moto forgets."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.eks.models import Cluster
from moto.moto_api._internal import mock_random

from tools.emulator.eks.access_entries import AccessEntries
from tools.emulator.eks.base import in_use, invalid_parameter, invalid_request
from tools.emulator.eks.kubernetes_versions import (
    DEFAULT_VERSION,
    PLATFORM_VERSION,
    KubernetesVersions,
    ordinal,
)
from tools.emulator.eks.surroundings import Surroundings

if TYPE_CHECKING:
    from datetime import datetime

    from moto.core.responses import ActionResult

_LEAST_ZONES = 2
_ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class Upgrade:
    """The last upgrade of a cluster, which EKS can undo for a while."""

    before: str
    at: datetime


class EmulatedCluster(Cluster):
    """A cluster with everything that DescribeCluster of EKS tells.

    Attributes are read by moto's serialiser, which knows the members of the service model by these
    names.
    """

    access_config: dict[str, Any]
    upgrade_policy: dict[str, Any]
    zonal_shift_config: dict[str, Any] | None
    compute_config: dict[str, Any] | None
    storage_config: dict[str, Any] | None
    deletion_protection: bool
    bootstrap_self_managed_addons: bool
    interfaces: list[str]
    upgraded: Upgrade | None

    def complete(self, params: dict[str, Any]) -> None:
        """Adds what moto's CreateCluster leaves out, with the defaults of EKS.

        Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
        """
        access = params.get("accessConfig") or {}
        bootstrap = access.get("bootstrapClusterCreatorAdminPermissions")
        self.access_config = {
            "authenticationMode": access.get("authenticationMode", "CONFIG_MAP"),
            "bootstrapClusterCreatorAdminPermissions": bootstrap is not False,
        }
        self.upgrade_policy = params.get("upgradePolicy") or {"supportType": "EXTENDED"}
        self.zonal_shift_config = params.get("zonalShiftConfig")
        self.compute_config = params.get("computeConfig")
        self.storage_config = params.get("storageConfig")
        self.deletion_protection = bool(params.get("deletionProtection"))
        self.bootstrap_self_managed_addons = params.get("bootstrapSelfManagedAddons") is not False
        self.version = params.get("version") or DEFAULT_VERSION
        self.platformVersion = PLATFORM_VERSION
        self.upgraded = None
        self.kubernetes_network_config = _network_config(params)
        self.certificate_authority = {"data": _certificate()}

    def identify(self, region: str) -> None:
        """Returns the cluster with its own OIDC issuer and endpoint."""
        oidc_id = mock_random.get_random_hex(32).upper()
        self.identity = {
            "oidc": {"issuer": f"https://oidc.eks.{region}.amazonaws.com/id/{oidc_id}"}
        }
        self.endpoint = f"https://{oidc_id}.gr7.{region}.eks.amazonaws.com"

    @property
    def uses_access_entries(self) -> bool:
        """Whether the access entry API is on."""
        return self.access_config["authenticationMode"] != "CONFIG_MAP"


class Clusters(KubernetesVersions, AccessEntries):
    """CreateCluster and DeleteCluster."""

    def create_cluster(self) -> ActionResult:
        """Answers CreateCluster; the cluster is active at once."""
        params = self._get_params()
        ordinal(params.get("version") or DEFAULT_VERSION)
        vpc_config = self._checked_vpc_config(params)
        surroundings = self.surroundings()
        if surroundings.trust_policy(params["roleArn"]) is None:
            invalid_parameter(
                f"Role with arn: {params['roleArn']}, could not be assumed because it does not "
                "exist or the trusted entity is not correct"
            )
        answer = super().create_cluster()
        cluster = self.cluster()
        cluster.complete(params)
        cluster.identify(self.region)
        group = surroundings.create_cluster_security_group(
            cluster.name, vpc_config["vpcId"], mock_random.get_random_hex(8)
        )
        cluster.resources_vpc_config = vpc_config | {"clusterSecurityGroupId": group}
        cluster.interfaces = surroundings.create_interfaces(
            cluster.name,
            vpc_config["subnetIds"][:_LEAST_ZONES],
            [group, *vpc_config["securityGroupIds"]],
        )
        self._after_create(cluster, surroundings)
        return answer

    def describe_cluster(self) -> ActionResult:
        """Answers DescribeCluster."""
        self.cluster()
        return super().describe_cluster()

    def delete_cluster(self) -> ActionResult:
        """Answers DeleteCluster; what EKS made goes away, what others need it for refuses it."""
        cluster = self.cluster()
        if cluster.deletion_protection:
            invalid_request(f"Cluster {cluster.name} has deletion protection enabled")
        if cluster.fargate_profiles:
            in_use("Cluster has Fargate profiles attached")
        answer = super().delete_cluster()
        surroundings = self.surroundings()
        surroundings.delete_interfaces(cluster.interfaces)
        surroundings.delete_security_group(cluster.resources_vpc_config["clusterSecurityGroupId"])
        if _is_logged(cluster):
            surroundings.write_late_lines(cluster.name)
        self.state.forget(cluster.name)
        return answer

    def list_fargate_profiles(self) -> ActionResult:
        """Answers ListFargateProfiles; moto fails where there is no cluster."""
        self.cluster()
        return super().list_fargate_profiles()

    def surroundings(self) -> Surroundings:
        """Returns the other services of this account and region."""
        return Surroundings(self.current_account, self.region, self.partition)

    def _checked_vpc_config(self, params: dict[str, Any]) -> dict[str, Any]:
        """Completes the VPC settings of a request, or refuses it as EKS does.

        Source: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
        """
        config = {
            "endpointPublicAccess": True,
            "endpointPrivateAccess": False,
            "securityGroupIds": [],
            "subnetIds": [],
        } | params["resourcesVpcConfig"]
        if not (config["endpointPublicAccess"] or config["endpointPrivateAccess"]):
            invalid_parameter("Private and public endpoint access cannot be false")
        surroundings = self.surroundings()
        subnets = {subnet: surroundings.subnet(subnet) for subnet in config["subnetIds"]}
        missing = sorted(subnet for subnet, found in subnets.items() if found is None)
        if missing:
            invalid_parameter(f"The subnet ID '{missing[0]}' does not exist")
        if len({found.availability_zone for found in subnets.values()}) < _LEAST_ZONES:
            invalid_parameter("Subnets specified must be in at least two different AZs")
        for group in config["securityGroupIds"]:
            if not surroundings.has_security_group(group):
                invalid_parameter(f"The security group '{group}' does not exist")
        public = config["endpointPublicAccess"]
        config["publicAccessCidrs"] = (
            (config.get("publicAccessCidrs") or [_ANYWHERE]) if public else []
        )
        config["vpcId"] = next(iter(subnets.values())).vpc_id
        return config

    def _after_create(self, cluster: EmulatedCluster, surroundings: Surroundings) -> None:
        if _is_logged(cluster):
            surroundings.ensure_log_group(cluster.name)
        if (
            cluster.uses_access_entries
            and cluster.access_config["bootstrapClusterCreatorAdminPermissions"]
        ):
            creator = f"arn:{self.partition}:iam::{self.current_account}:root"
            self.put_access_entry(cluster.name, creator, {})


def _is_logged(cluster: EmulatedCluster) -> bool:
    return any(setup.get("enabled") for setup in cluster.logging.get("clusterLogging", []))


def _network_config(params: dict[str, Any]) -> dict[str, Any]:
    config = {"ipFamily": "ipv4"} | (params.get("kubernetesNetworkConfig") or {})
    if config["ipFamily"] == "ipv6":
        return config | {"serviceIpv6Cidr": "fd00:ec2::/108"}
    return {"serviceIpv4Cidr": "172.20.0.0/16"} | config


def _certificate() -> str:
    """Something that decodes like a certificate; no Kubernetes API stands behind the endpoint."""
    body = base64.b64encode(mock_random.get_random_string(600).encode()).decode()
    pem = f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"
    return base64.b64encode(pem.encode()).decode()

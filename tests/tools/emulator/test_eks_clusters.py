"""EKS clusters: what is made, what is refused, and how they change."""

import base64
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tools.emulator import LocalAws

LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]


def described(eks: Any, name: str) -> dict[str, Any]:
    return eks.describe_cluster(name=name)["cluster"]


def test_a_cluster_has_what_it_was_made_with(
    eks: Any, aws: LocalAws, make_cluster: Callable[..., str], subnets: list[str]
) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    name = make_cluster(
        version="1.35",
        vpc={"endpointPrivateAccess": True, "endpointPublicAccess": False},
        logging={"clusterLogging": [{"types": LOG_TYPES, "enabled": True}]},
        encryptionConfig=[{"resources": ["secrets"], "provider": {"keyArn": key}}],
        upgradePolicy={"supportType": "STANDARD"},
        zonalShiftConfig={"enabled": True},
        deletionProtection=True,
        tags={"a": "b"},
    )
    cluster = described(eks, name)
    assert cluster["version"] == "1.35"
    assert cluster["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }
    assert cluster["upgradePolicy"] == {"supportType": "STANDARD"}
    assert cluster["zonalShiftConfig"] == {"enabled": True}
    assert cluster["encryptionConfig"][0]["provider"] == {"keyArn": key}
    assert cluster["deletionProtection"] is True
    assert cluster["tags"] == {"a": "b"}
    vpc_config = cluster["resourcesVpcConfig"]
    assert vpc_config["subnetIds"] == subnets
    assert (vpc_config["endpointPublicAccess"], vpc_config["publicAccessCidrs"]) == (False, [])
    assert cluster["arn"] == f"arn:aws:eks:us-east-1:{aws.account}:cluster/{name}"
    certificate = base64.b64decode(cluster["certificateAuthority"]["data"]).decode()
    assert certificate.startswith("-----BEGIN CERTIFICATE-----")


def test_a_cluster_without_settings_gets_the_defaults_of_eks(
    eks: Any, make_cluster: Callable[..., str]
) -> None:
    cluster = described(eks, make_cluster(version="1.34", access={}))
    assert cluster["accessConfig"] == {
        "authenticationMode": "CONFIG_MAP",
        "bootstrapClusterCreatorAdminPermissions": True,
    }
    assert cluster["upgradePolicy"] == {"supportType": "EXTENDED"}
    assert cluster["kubernetesNetworkConfig"] == {
        "ipFamily": "ipv4",
        "serviceIpv4Cidr": "172.20.0.0/16",
    }
    assert cluster["resourcesVpcConfig"]["publicAccessCidrs"] == ["0.0.0.0/0"]
    assert "zonalShiftConfig" not in cluster


def test_two_clusters_have_different_issuers(eks: Any, make_cluster: Callable[..., str]) -> None:
    issuers = {described(eks, make_cluster())["identity"]["oidc"]["issuer"] for _ in range(2)}
    assert len(issuers) == 2
    assert all(issuer.startswith("https://oidc.eks.us-east-1.") for issuer in issuers)


def test_a_cluster_creates_and_deletes_its_dependent_resources(
    eks: Any, aws: LocalAws, make_cluster: Callable[..., str]
) -> None:
    name = make_cluster()
    config = described(eks, name)["resourcesVpcConfig"]
    ec2 = aws.client("ec2")
    group = config["clusterSecurityGroupId"]
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert found["VpcId"] == config["vpcId"]
    tags = {tag["Key"]: tag["Value"] for tag in found["Tags"]}
    assert tags[f"kubernetes.io/cluster/{name}"] == "owned"
    assert found["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == group
    mine = [{"Name": "group-id", "Values": [group]}]
    assert len(ec2.describe_network_interfaces(Filters=mine)["NetworkInterfaces"]) == 2

    eks.delete_cluster(name=name)
    assert ec2.describe_network_interfaces(Filters=mine)["NetworkInterfaces"] == []
    with pytest.raises(ec2.exceptions.ClientError, match=r"InvalidGroup\.NotFound"):
        ec2.describe_security_groups(GroupIds=[group])


def test_a_missing_log_group_is_created_and_not_deleted(
    eks: Any, aws: LocalAws, make_cluster: Callable[..., str]
) -> None:
    name = make_cluster(logging={"clusterLogging": [{"types": ["api"], "enabled": True}]})
    eks.delete_cluster(name=name)
    left = aws.client("logs").describe_log_groups()["logGroups"]
    assert f"/aws/eks/{name}/cluster" in [group["logGroupName"] for group in left]


def test_late_log_lines_recreate_a_deleted_log_group_once(
    eks: Any, aws: LocalAws, make_cluster: Callable[..., str]
) -> None:
    name = make_cluster(logging={"clusterLogging": [{"types": ["api"], "enabled": True}]})
    logs, group = aws.client("logs"), f"/aws/eks/{name}/cluster"

    def groups() -> list[str]:
        found = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        return [entry["logGroupName"] for entry in found]

    eks.delete_cluster(name=name)
    logs.delete_log_group(logGroupName=group)
    assert groups() == [group]
    with pytest.raises(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=group)
    logs.delete_log_group(logGroupName=group)
    assert groups() == []


def test_a_cluster_without_logs_leaves_no_log_group(
    eks: Any, aws: LocalAws, make_cluster: Callable[..., str]
) -> None:
    name, logs = make_cluster(), aws.client("logs")
    group = f"/aws/eks/{name}/cluster"
    logs.create_log_group(logGroupName=group)
    eks.delete_cluster(name=name)
    logs.delete_log_group(logGroupName=group)
    assert logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"version": "1.20"}, "unsupported Kubernetes version"),
        ({"roleArn": "arn:aws:iam::111122223333:role/none"}, "could not be assumed"),
        ({"vpc": {"subnetIds": ["subnet-00000000"]}}, "does not exist"),
        ({"vpc": {"subnetIds": []}}, "two different AZs"),
        ({"vpc": {"securityGroupIds": ["sg-00000000"]}}, "does not exist"),
        ({"vpc": {"endpointPublicAccess": False}}, "cannot be false"),
    ],
)
def test_a_cluster_that_eks_would_refuse_is_refused(
    eks: Any,
    roles: dict[str, str],
    subnets: list[str],
    settings: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(eks.exceptions.InvalidParameterException, match=message):
        eks.create_cluster(
            name="refused",
            roleArn=settings.get("roleArn", roles["cluster"]),
            version=settings.get("version", "1.34"),
            resourcesVpcConfig={"subnetIds": subnets, **settings.get("vpc", {})},
        )
    assert "refused" not in eks.list_clusters()["clusters"]


def test_a_second_cluster_of_a_name_is_refused(
    eks: Any, cluster: str, roles: dict[str, str], subnets: list[str]
) -> None:
    with pytest.raises(eks.exceptions.ResourceInUseException):
        eks.create_cluster(
            name=cluster, roleArn=roles["cluster"], resourcesVpcConfig={"subnetIds": subnets}
        )


def test_a_protected_cluster_is_not_deleted(eks: Any, make_cluster: Callable[..., str]) -> None:
    name = make_cluster(deletionProtection=True)
    with pytest.raises(eks.exceptions.InvalidRequestException, match="protection"):
        eks.delete_cluster(name=name)
    eks.update_cluster_config(name=name, deletionProtection=False)
    eks.delete_cluster(name=name)
    assert name not in eks.list_clusters()["clusters"]


def test_versions_are_listed_newest_first(eks: Any) -> None:
    versions = eks.describe_cluster_versions()["clusterVersions"]
    minors = [version["clusterVersion"] for version in versions]
    assert minors == ["1.37", "1.36", "1.35", "1.34", "1.33"]
    assert [version["defaultVersion"] for version in versions].count(True) == 1
    (default,) = eks.describe_cluster_versions(defaultOnly=True)["clusterVersions"]
    assert default["clusterVersion"] == "1.36"
    (asked,) = eks.describe_cluster_versions(clusterVersions=["1.35"])["clusterVersions"]
    assert asked["clusterVersion"] == "1.35"
    assert asked["endOfStandardSupportDate"].date() == date(2027, 3, 27)
    assert asked["endOfExtendedSupportDate"].date() == date(2028, 3, 27)


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("describe_cluster", {"name": "none"}),
        ("update_cluster_version", {"name": "none", "version": "1.35"}),
        ("list_nodegroups", {"clusterName": "none"}),
        ("list_fargate_profiles", {"clusterName": "none"}),
        ("list_addons", {"clusterName": "none"}),
        ("list_access_entries", {"clusterName": "none"}),
        ("list_pod_identity_associations", {"clusterName": "none"}),
        ("list_identity_provider_configs", {"clusterName": "none"}),
        ("list_updates", {"name": "none"}),
        ("delete_cluster", {"name": "none"}),
    ],
)
def test_a_missing_cluster_is_not_found(eks: Any, call: str, arguments: dict[str, str]) -> None:
    with pytest.raises(eks.exceptions.ResourceNotFoundException, match="none"):
        getattr(eks, call)(**arguments)

"""How EKS clusters change: versions, settings, and what EKS refuses to change."""

from collections.abc import Callable
from typing import Any

import pytest

from tools.emulator import LocalAws

LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]


def described(eks: Any, name: str) -> dict[str, Any]:
    return eks.describe_cluster(name=name)["cluster"]


@pytest.mark.parametrize(
    ("version", "target"),
    [("1.33", "1.35"), ("1.34", "1.34"), ("1.34", "1.33"), ("1.35", "1.37"), ("1.34", "1.36")],
)
def test_a_version_is_refused_unless_it_is_the_next(
    eks: Any, make_cluster: Callable[..., str], version: str, target: str
) -> None:
    name = make_cluster(version=version)
    with pytest.raises(eks.exceptions.InvalidParameterException, match=target):
        eks.update_cluster_version(name=name, version=target)
    assert described(eks, name)["version"] == version


@pytest.mark.parametrize(("version", "target"), [("1.33", "1.34"), ("1.34", "1.35")])
def test_the_next_version_is_taken(
    eks: Any, make_cluster: Callable[..., str], version: str, target: str
) -> None:
    name = make_cluster(version=version)
    update = eks.update_cluster_version(name=name, version=target)["update"]
    assert (update["type"], update["status"]) == ("VersionUpdate", "Successful")
    assert described(eks, name)["version"] == target
    assert eks.describe_update(name=name, updateId=update["id"])["update"] == update
    assert eks.list_updates(name=name)["updateIds"] == [update["id"]]


def test_an_upgrade_is_rolled_back_after_its_nodes(
    eks: Any, make_cluster: Callable[..., str], make_nodegroup: Callable[..., Any]
) -> None:
    name = make_cluster(version="1.34")
    make_nodegroup(name)
    nodes = {"clusterName": name, "nodegroupName": "system"}
    eks.update_cluster_version(name=name, version="1.35")
    eks.update_nodegroup_version(**nodes, version="1.35")
    with pytest.raises(eks.exceptions.InvalidRequestException, match=r"newer than 1\.34: system"):
        eks.update_cluster_version(name=name, version="1.34")
    eks.update_nodegroup_version(**nodes, version="1.34")
    update = eks.update_cluster_version(name=name, version="1.34")["update"]
    assert (update["type"], described(eks, name)["version"]) == ("VersionRollback", "1.34")
    with pytest.raises(eks.exceptions.InvalidParameterException, match=r"from 1\.34 to 1\.33"):
        eks.update_cluster_version(name=name, version="1.33")


@pytest.mark.parametrize(
    ("change", "kind", "shown"),
    [
        (
            {"logging": {"clusterLogging": [{"types": ["api"], "enabled": True}]}},
            "LoggingUpdate",
            {"logging": {"clusterLogging": [{"types": ["api"], "enabled": True}]}},
        ),
        (
            {"upgradePolicy": {"supportType": "STANDARD"}},
            "UpgradePolicyUpdate",
            {"upgradePolicy": {"supportType": "STANDARD"}},
        ),
        (
            {"zonalShiftConfig": {"enabled": True}},
            "ZonalShiftConfigUpdate",
            {"zonalShiftConfig": {"enabled": True}},
        ),
        ({"deletionProtection": True}, "DeletionProtectionUpdate", {"deletionProtection": True}),
        (
            {
                "computeConfig": {"enabled": True, "nodePools": ["system"]},
                "storageConfig": {"blockStorage": {"enabled": True}},
            },
            "AutoModeUpdate",
            {"computeConfig": {"enabled": True, "nodePools": ["system"]}},
        ),
    ],
)
def test_a_setting_is_changed_and_the_update_is_described(
    eks: Any, cluster: str, change: dict[str, Any], kind: str, shown: dict[str, Any]
) -> None:
    update = eks.update_cluster_config(name=cluster, **change)["update"]
    assert update["type"] == kind
    found = described(eks, cluster)
    for name, value in shown.items():
        rest = found[name] if name != "logging" else _enabled(found[name])
        assert rest == value


def _enabled(logging: dict[str, Any]) -> dict[str, Any]:
    return {"clusterLogging": [setup for setup in logging["clusterLogging"] if setup["enabled"]]}


def test_log_types_are_switched_one_by_one(eks: Any, make_cluster: Callable[..., str]) -> None:
    name = make_cluster(logging={"clusterLogging": [{"types": LOG_TYPES, "enabled": True}]})
    off = {"clusterLogging": [{"types": ["api"], "enabled": False}]}
    eks.update_cluster_config(name=name, logging=off)
    setups = described(eks, name)["logging"]["clusterLogging"]
    assert {setup["enabled"]: setup["types"] for setup in setups} == {
        True: LOG_TYPES[1:],
        False: ["api"],
    }
    with pytest.raises(eks.exceptions.InvalidParameterException, match="No changes"):
        eks.update_cluster_config(name=name, logging=off)


def test_the_endpoint_is_closed_and_opened(eks: Any, cluster: str) -> None:
    private = {"endpointPrivateAccess": True, "endpointPublicAccess": False}
    eks.update_cluster_config(name=cluster, resourcesVpcConfig=private)
    assert described(eks, cluster)["resourcesVpcConfig"]["publicAccessCidrs"] == []
    limited = {"endpointPublicAccess": True, "publicAccessCidrs": ["192.0.2.0/24"]}
    eks.update_cluster_config(name=cluster, resourcesVpcConfig=limited)
    config = described(eks, cluster)["resourcesVpcConfig"]
    assert (config["endpointPrivateAccess"], config["publicAccessCidrs"]) == (
        True,
        ["192.0.2.0/24"],
    )
    for refused in (limited, {"endpointPrivateAccess": False, "endpointPublicAccess": False}):
        with pytest.raises(eks.exceptions.InvalidParameterException):
            eks.update_cluster_config(name=cluster, resourcesVpcConfig=refused)


def test_the_control_plane_moves_to_other_subnets_of_its_zones(
    eks: Any, aws: LocalAws, make_cluster: Callable[..., str]
) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = {
        f"{number}{zone}": ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.0.{number}.{16 * 'abc'.index(zone)}/28",
            AvailabilityZone=f"eu-west-1{zone}",
        )["Subnet"]["SubnetId"]
        for number in (1, 2)
        for zone in "abc"
    }
    cluster = make_cluster(vpc={"subnetIds": [made["1a"], made["1b"]]})

    def move(*subnets: str) -> Any:
        config = {"subnetIds": [made.get(subnet, subnet) for subnet in subnets]}
        return eks.update_cluster_config(name=cluster, resourcesVpcConfig=config)["update"]

    assert move("2a", "2b")["type"] == "VpcConfigUpdate"
    group = described(eks, cluster)["resourcesVpcConfig"]["clusterSecurityGroupId"]
    interfaces = ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [group]}])
    used = {interface["SubnetId"] for interface in interfaces["NetworkInterfaces"]}
    assert used == {made["2a"], made["2b"]}
    for subnets in (("1a", "1b", "1c"), ("1a", "1c"), ("1a",)):
        with pytest.raises(eks.exceptions.InvalidParameterException, match="exact set of AZs"):
            move(*subnets)
    with pytest.raises(eks.exceptions.InvalidParameterException, match="does not exist"):
        move("subnet-00000000")
    eks.delete_cluster(name=cluster)
    for subnet in made.values():
        ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"upgradePolicy": {"supportType": "STANDARD"}, "zonalShiftConfig": {"enabled": True}},
        {"upgradePolicy": {"supportType": "EXTENDED"}},
    ],
)
def test_a_call_changes_one_type_of_setting(eks: Any, cluster: str, change: dict[str, Any]) -> None:
    with pytest.raises(eks.exceptions.InvalidParameterException):
        eks.update_cluster_config(name=cluster, **change)
    assert described(eks, cluster)["upgradePolicy"] == {"supportType": "EXTENDED"}


def test_the_authentication_mode_cannot_be_reverted(
    eks: Any, make_cluster: Callable[..., str]
) -> None:
    name = make_cluster(access={"authenticationMode": "API_AND_CONFIG_MAP"})
    eks.update_cluster_config(name=name, accessConfig={"authenticationMode": "API"})
    assert described(eks, name)["accessConfig"]["authenticationMode"] == "API"
    with pytest.raises(eks.exceptions.InvalidParameterException, match="from API to"):
        eks.update_cluster_config(
            name=name, accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"}
        )


def test_encryption_is_switched_on_once(eks: Any, aws: LocalAws, cluster: str) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    config = [{"resources": ["secrets"], "provider": {"keyArn": key}}]
    update = eks.associate_encryption_config(clusterName=cluster, encryptionConfig=config)["update"]
    assert update["type"] == "AssociateEncryptionConfig"
    assert described(eks, cluster)["encryptionConfig"] == config
    with pytest.raises(eks.exceptions.InvalidRequestException):
        eks.associate_encryption_config(clusterName=cluster, encryptionConfig=config)


def test_an_update_of_another_is_not_found(eks: Any, cluster: str) -> None:
    with pytest.raises(eks.exceptions.ResourceNotFoundException):
        eks.describe_update(name=cluster, updateId="none")

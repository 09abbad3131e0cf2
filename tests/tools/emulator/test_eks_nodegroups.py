"""Managed node groups: making, changing, refusing, and when they become ready."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tools.emulator import LocalAws
from tools.emulator.eks.constraints import violations


def described(eks: Any, cluster: str, name: str = "system") -> dict[str, Any]:
    return eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]


@pytest.fixture
def template(aws: LocalAws, request: pytest.FixtureRequest) -> dict[str, str]:
    made = aws.client("ec2").create_launch_template(
        LaunchTemplateName=request.node.name[:100].replace("[", "-").replace("]", ""),
        LaunchTemplateData={"MetadataOptions": {"HttpTokens": "required"}},
    )["LaunchTemplate"]
    return {"id": made["LaunchTemplateId"], "name": made["LaunchTemplateName"]}


def test_a_node_group_has_what_it_was_made_with(
    eks: Any,
    cluster: str,
    make_nodegroup: Callable[..., Any],
    template: dict[str, str],
    subnets: list[str],
) -> None:
    make_nodegroup(
        cluster,
        scalingConfig={"minSize": 2, "maxSize": 4, "desiredSize": 3},
        instanceTypes=["m7i.large"],
        amiType="BOTTLEROCKET_x86_64",
        labels={"role": "system"},
        taints=[{"key": "CriticalAddonsOnly", "value": "true", "effect": "NO_SCHEDULE"}],
        updateConfig={"maxUnavailablePercentage": 33},
        nodeRepairConfig={"enabled": True},
        launchTemplate={"id": template["id"], "version": "1"},
        tags={"a": "b"},
    )
    found = described(eks, cluster)
    assert found["version"] == "1.34"
    assert found["subnets"] == subnets
    assert found["amiType"] == "BOTTLEROCKET_x86_64"
    assert found["scalingConfig"] == {"minSize": 2, "maxSize": 4, "desiredSize": 3}
    assert found["labels"] == {"role": "system"}
    assert found["taints"][0]["effect"] == "NO_SCHEDULE"
    assert found["updateConfig"] == {"maxUnavailablePercentage": 33}
    assert found["nodeRepairConfig"] == {"enabled": True}
    assert found["launchTemplate"] == {**template, "version": "1"}
    assert found["resources"]["autoScalingGroups"][0]["name"].startswith("eks-system-")
    assert "diskSize" not in found
    assert "remoteAccess" not in found
    assert "remoteAccessSecurityGroup" not in found["resources"]


def test_a_node_group_without_settings_gets_the_defaults_of_eks(
    eks: Any, cluster: str, make_nodegroup: Callable[..., Any]
) -> None:
    make_nodegroup(cluster)
    found = described(eks, cluster)
    assert found["amiType"] == "AL2023_x86_64_STANDARD"
    assert found["diskSize"] == 20
    assert found["updateConfig"] == {"maxUnavailable": 1}
    assert found["releaseVersion"].startswith("1.34.")
    assert found["capacityType"] == "ON_DEMAND"


def test_groups_do_not_share_their_sizes(
    eks: Any, cluster: str, make_nodegroup: Callable[..., Any]
) -> None:
    make_nodegroup(cluster, "one")
    make_nodegroup(cluster, "two")
    eks.update_nodegroup_config(
        clusterName=cluster, nodegroupName="one", scalingConfig={"maxSize": 9}
    )
    assert described(eks, cluster, "one")["scalingConfig"]["maxSize"] == 9
    assert described(eks, cluster, "two")["scalingConfig"]["maxSize"] == 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"subnets": []}, "empty"),
        ({"subnets": ["subnet-00000000"]}, "does not exist"),
        ({"nodeRole": "arn:aws:iam::111122223333:role/none"}, "cannot be found"),
        ({"version": "1.35"}, "newer"),
        ({"version": "1.20"}, "unsupported"),
        ({"scalingConfig": {"minSize": 3, "maxSize": 4, "desiredSize": 2}}, "Minimum"),
        ({"scalingConfig": {"minSize": 1, "maxSize": 2, "desiredSize": 3}}, "max size"),
    ],
)
def test_a_node_group_that_eks_would_refuse_is_refused(
    eks: Any,
    cluster: str,
    make_nodegroup: Callable[..., Any],
    settings: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(eks.exceptions.InvalidParameterException, match=message):
        make_nodegroup(cluster, **settings)
    assert eks.list_nodegroups(clusterName=cluster)["nodegroups"] == []


def test_a_launch_template_must_exist(
    eks: Any, cluster: str, make_nodegroup: Callable[..., Any], template: dict[str, str]
) -> None:
    for missing in ({"id": "lt-00000000"}, {"name": "none"}, {**template, "version": "7"}):
        with pytest.raises(eks.exceptions.InvalidRequestException, match="does not exist"):
            make_nodegroup(cluster, launchTemplate=missing)


@pytest.mark.parametrize(
    ("data", "settings", "shown"),
    [
        ({"ImageId": "ami-1"}, {"amiType": "AL2023_x86_64_STANDARD"}, {"amiType": "CUSTOM"}),
        ({"InstanceType": "m7i.large"}, {"instanceTypes": ["m7i.large"]}, {}),
    ],
)
def test_settings_of_a_launch_template_are_refused_in_the_request(
    eks: Any,
    aws: LocalAws,
    cluster: str,
    make_nodegroup: Callable[..., Any],
    data: dict[str, str],
    settings: dict[str, Any],
    shown: dict[str, str],
) -> None:
    name = f"has-{next(iter(data))}"
    aws.client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
    with pytest.raises(eks.exceptions.InvalidParameterException, match="template"):
        make_nodegroup(cluster, launchTemplate={"name": name}, **settings)
    make_nodegroup(cluster, launchTemplate={"name": name})
    found = described(eks, cluster)
    assert shown.items() <= found.items()
    assert ("instanceTypes" in found) == ("InstanceType" not in data)


def test_labels_taints_and_sizes_are_changed(
    eks: Any, cluster: str, make_nodegroup: Callable[..., Any]
) -> None:
    taint = {"key": "gone", "value": "x", "effect": "NO_SCHEDULE"}
    make_nodegroup(cluster, labels={"old": "1"}, taints=[taint])
    update = eks.update_nodegroup_config(
        clusterName=cluster,
        nodegroupName="system",
        labels={"addOrUpdateLabels": {"new": "2"}, "removeLabels": ["old"]},
        taints={"removeTaints": [taint]},
        scalingConfig={"minSize": 1, "maxSize": 5, "desiredSize": 3},
        updateConfig={"maxUnavailable": 2},
        nodeRepairConfig={"enabled": True},
    )["update"]
    assert (update["type"], update["status"]) == ("ConfigUpdate", "Successful")
    told = {param["type"]: param["value"] for param in update["params"]}
    assert (told["MaxSize"], told["LabelsToRemove"]) == ("5", '["old"]')
    found = described(eks, cluster)
    assert (found["labels"], found["taints"]) == ({"new": "2"}, [])
    assert found["scalingConfig"]["maxSize"] == 5
    assert found["updateConfig"] == {"maxUnavailable": 2}

    where = {"name": cluster, "nodegroupName": "system"}
    assert eks.list_updates(**where)["updateIds"] == [update["id"]]
    assert eks.describe_update(**where, updateId=update["id"])["update"] == update
    with pytest.raises(eks.exceptions.ResourceNotFoundException):
        eks.describe_update(name=cluster, updateId=update["id"])


def test_an_empty_or_invalid_change_is_refused(
    eks: Any, cluster: str, make_nodegroup: Callable[..., Any]
) -> None:
    make_nodegroup(cluster)
    for change in ({}, {"scalingConfig": {"minSize": 9}}):
        with pytest.raises(eks.exceptions.InvalidParameterException):
            eks.update_nodegroup_config(clusterName=cluster, nodegroupName="system", **change)


def test_a_node_group_follows_its_cluster(
    eks: Any, cluster: str, make_nodegroup: Callable[..., Any]
) -> None:
    make_nodegroup(cluster)
    move = {"clusterName": cluster, "nodegroupName": "system"}
    with pytest.raises(eks.exceptions.InvalidParameterException):
        eks.update_nodegroup_version(**move, version="1.35")
    eks.update_cluster_version(name=cluster, version="1.35")
    update = eks.update_nodegroup_version(**move, version="1.35")["update"]
    assert update["type"] == "VersionUpdate"
    found = described(eks, cluster)
    assert found["version"] == "1.35"
    assert found["releaseVersion"].startswith("1.35.")
    with pytest.raises(eks.exceptions.InvalidParameterException):
        eks.update_nodegroup_version(**move, version="1.33")


def test_a_release_of_another_kubernetes_version_is_refused(
    eks: Any, cluster: str, make_nodegroup: Callable[..., Any]
) -> None:
    refusal = "Requested release version 1.35.7-20260911 is not valid for kubernetes version 1.34."
    with pytest.raises(eks.exceptions.InvalidParameterException, match=refusal):
        make_nodegroup(cluster, releaseVersion="1.35.7-20260911")
    make_nodegroup(cluster, releaseVersion="1.34.9-20260801")
    move = {"clusterName": cluster, "nodegroupName": "system"}
    with pytest.raises(eks.exceptions.InvalidParameterException, match=refusal):
        eks.update_nodegroup_version(**move, releaseVersion="1.35.7-20260911")
    eks.update_cluster_version(name=cluster, version="1.35")
    eks.update_nodegroup_version(**move, version="1.35", releaseVersion="1.35.7-20260911")
    assert described(eks, cluster)["releaseVersion"] == "1.35.7-20260911"


def test_a_node_group_takes_the_next_version_of_its_template(
    eks: Any,
    aws: LocalAws,
    cluster: str,
    make_nodegroup: Callable[..., Any],
    template: dict[str, str],
) -> None:
    make_nodegroup(cluster, launchTemplate={"id": template["id"], "version": "1"})
    make_nodegroup(cluster, "without")
    aws.client("ec2").create_launch_template_version(
        LaunchTemplateId=template["id"], LaunchTemplateData={"Monitoring": {"Enabled": True}}
    )
    change = {"launchTemplate": {"id": template["id"], "version": "2"}}
    eks.update_nodegroup_version(clusterName=cluster, nodegroupName="system", **change)
    assert described(eks, cluster)["launchTemplate"] == {**template, "version": "2"}
    with pytest.raises(eks.exceptions.InvalidRequestException):
        eks.update_nodegroup_version(clusterName=cluster, nodegroupName="without", **change)
    change["launchTemplate"]["version"] = "3"
    with pytest.raises(eks.exceptions.InvalidRequestException):
        eks.update_nodegroup_version(clusterName=cluster, nodegroupName="system", **change)


def test_a_cluster_with_nodes_cannot_be_deleted(
    eks: Any, cluster: str, make_nodegroup: Callable[..., Any]
) -> None:
    make_nodegroup(cluster)
    with pytest.raises(eks.exceptions.ResourceInUseException, match="nodegroups"):
        eks.delete_cluster(name=cluster)
    eks.delete_nodegroup(clusterName=cluster, nodegroupName="system")
    with pytest.raises(eks.exceptions.ResourceNotFoundException):
        described(eks, cluster)


def test_nodes_wait_for_their_network(
    eks: Any, make_cluster: Callable[..., str], make_nodegroup: Callable[..., Any]
) -> None:
    name = make_cluster(bootstrapSelfManagedAddons=False)
    assert make_nodegroup(name)["status"] == "CREATING"
    eks.create_addon(clusterName=name, addonName="vpc-cni")
    assert described(eks, name)["status"] == "CREATING"
    eks.create_addon(clusterName=name, addonName="kube-proxy")
    assert described(eks, name)["status"] == "ACTIVE"


def test_nodes_of_a_cluster_with_its_own_network_do_not_wait(
    cluster: str, make_nodegroup: Callable[..., Any]
) -> None:
    assert make_nodegroup(cluster)["status"] == "ACTIVE"


def test_a_node_group_admits_its_role_and_leaves_it_admitted(
    eks: Any, cluster: str, make_nodegroup: Callable[..., Any], roles: dict[str, str]
) -> None:
    make_nodegroup(cluster)
    where = {"clusterName": cluster, "principalArn": roles["node"]}
    entry = eks.describe_access_entry(**where)["accessEntry"]
    assert (entry["type"], entry["kubernetesGroups"]) == ("EC2_LINUX", ["system:nodes"])
    with pytest.raises(eks.exceptions.ResourceInUseException):
        eks.create_access_entry(**where, type="EC2_LINUX")
    eks.delete_nodegroup(clusterName=cluster, nodegroupName="system")
    assert eks.describe_access_entry(**where)["accessEntry"] == entry


def test_an_entry_made_before_the_node_group_is_kept(
    eks: Any, cluster: str, make_nodegroup: Callable[..., Any], roles: dict[str, str]
) -> None:
    where = {"clusterName": cluster, "principalArn": roles["node"]}
    made = eks.create_access_entry(**where, type="EC2_LINUX", tags={"a": "b"})["accessEntry"]
    make_nodegroup(cluster)
    assert eks.describe_access_entry(**where)["accessEntry"] == made


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ({"labels": {"workload": "x" * 64}}, "labels"),
        ({"labels": {"k" * 64: "x"}}, "labels"),
        ({"taints": [{"key": "k" * 64, "effect": "NO_SCHEDULE"}]}, "taints.1.member.key"),
    ],
)
def test_labels_and_taints_are_as_long_as_the_service_model_allows(
    cluster: str, make_nodegroup: Callable[..., Any], wanted: dict[str, Any], where: str
) -> None:
    with pytest.raises(ClientError, match=f"'{where}': Member must have length less than"):
        make_nodegroup(cluster, "long", **wanted)


def test_a_label_has_a_value() -> None:
    # boto3 refuses the request itself, the AWS provider sends it.
    assert list(violations("CreateNodegroup", {"labels": {"workload": ""}})) == [
        "Value at 'labels': Member must have length greater than or equal to 1"
    ]

"""EKS add-ons: versions, settings, permissions, and when they become active."""

from collections.abc import Callable
from typing import Any

import pytest

from tools.emulator.eks.addon_versions import PINNED, UNPINNED

MINORS = sorted({minor for minors in PINNED.values() for minor in minors})


def described(eks: Any, cluster: str, name: str) -> dict[str, Any]:
    return eks.describe_addon(clusterName=cluster, addonName=name)["addon"]


def test_an_addon_has_what_it_was_made_with(eks: Any, cluster: str, roles: dict[str, str]) -> None:
    made = eks.create_addon(
        clusterName=cluster,
        addonName="vpc-cni",
        addonVersion="v1.20.4-eksbuild.2",
        configurationValues='{"env": {"ENABLE_PREFIX_DELEGATION": "true"}}',
        podIdentityAssociations=[{"serviceAccount": "aws-node", "roleArn": roles["pod"]}],
        resolveConflicts="OVERWRITE",
        tags={"a": "b"},
    )["addon"]
    assert described(eks, cluster, "vpc-cni") == made
    assert (made["status"], made["health"]) == ("ACTIVE", {"issues": []})
    assert made["addonArn"].startswith(
        f"arn:aws:eks:us-east-1:111122223333:addon/{cluster}/vpc-cni/"
    )
    (association,) = eks.list_pod_identity_associations(clusterName=cluster)["associations"]
    assert association["associationArn"] == made["podIdentityAssociations"][0]
    assert (association["namespace"], association["serviceAccount"]) == ("kube-system", "aws-node")
    assert association["ownerArn"] == made["addonArn"]


@pytest.mark.parametrize("minor", MINORS)
def test_pinned_versions_are_taken_and_much_older_ones_are_not(
    eks: Any, make_cluster: Callable[..., str], minor: str
) -> None:
    name = make_cluster(version=minor)
    for addon, minors in PINNED.items():
        where = {"clusterName": name, "addonName": addon}
        with pytest.raises(eks.exceptions.InvalidParameterException, match="not supported"):
            eks.create_addon(**where, addonVersion="v0.0.1-eksbuild.1")
        made = eks.create_addon(**where, addonVersion=minors[minor])["addon"]
        assert made["addonVersion"] == minors[minor]


def test_a_configured_version_is_accepted(eks: Any, cluster: str) -> None:
    for addon, version in (
        ("coredns", "v1.12.4-eksbuild.10"),
        ("kube-proxy", "v1.33.7-eksbuild.2"),
        ("aws-ebs-csi-driver", "v1.65.0-eksbuild.1"),
    ):
        made = eks.create_addon(clusterName=cluster, addonName=addon, addonVersion=version)
        assert made["addon"]["addonVersion"] == version


def test_the_default_version_is_the_first_of_the_cluster_version(
    eks: Any, make_cluster: Callable[..., str]
) -> None:
    name = make_cluster(version="1.35")
    made = eks.create_addon(clusterName=name, addonName="coredns")["addon"]
    assert made["addonVersion"] == PINNED["coredns"]["1.35"]


def test_an_addon_without_pins_takes_any_version_of_the_right_form(eks: Any, cluster: str) -> None:
    version = "v12.34.56-eksbuild.7"
    for addon in sorted(UNPINNED):
        made = eks.create_addon(clusterName=cluster, addonName=addon, addonVersion=version)
        assert made["addon"]["addonVersion"] == version
    assert eks.list_addons(clusterName=cluster)["addons"] == sorted(UNPINNED)


@pytest.mark.parametrize(
    "version", ["latest", "v1.2-eksbuild.1", "v1.2.3", "1.2.3-eksbuild.1", "v1.2.3-eksbuild.1x"]
)
def test_a_version_of_another_form_is_refused(eks: Any, cluster: str, version: str) -> None:
    with pytest.raises(eks.exceptions.InvalidParameterException, match="not supported"):
        eks.create_addon(clusterName=cluster, addonName="external-dns", addonVersion=version)


def test_an_addon_without_pins_has_no_default_version(eks: Any, cluster: str) -> None:
    with pytest.raises(eks.exceptions.InvalidParameterException, match="no default"):
        eks.create_addon(clusterName=cluster, addonName="external-dns")


@pytest.mark.parametrize("minor", ["1.33", "1.37"])
def test_a_cluster_version_without_pins_takes_any_version_of_the_right_form(
    eks: Any, make_cluster: Callable[..., str], minor: str
) -> None:
    name = make_cluster(version=minor)
    made = eks.create_addon(
        clusterName=name, addonName="kube-proxy", addonVersion=f"v{minor}.0-eksbuild.1"
    )
    assert made["addon"]["addonVersion"] == f"v{minor}.0-eksbuild.1"


def test_an_unknown_addon_is_refused(eks: Any, cluster: str) -> None:
    with pytest.raises(eks.exceptions.InvalidParameterException, match="not supported in"):
        eks.create_addon(clusterName=cluster, addonName="vpc-cmi")


def test_a_second_addon_of_a_name_is_refused(eks: Any, cluster: str) -> None:
    eks.create_addon(clusterName=cluster, addonName="vpc-cni")
    with pytest.raises(eks.exceptions.ResourceInUseException):
        eks.create_addon(clusterName=cluster, addonName="vpc-cni")
    assert eks.list_addons(clusterName=cluster)["addons"] == ["vpc-cni"]


@pytest.mark.parametrize("values", ["env: {}", "[1]", '{"a": }', "true"])
def test_configuration_values_are_a_json_object(eks: Any, cluster: str, values: str) -> None:
    with pytest.raises(eks.exceptions.InvalidParameterException, match="JSON"):
        eks.create_addon(clusterName=cluster, addonName="vpc-cni", configurationValues=values)
    eks.create_addon(clusterName=cluster, addonName="vpc-cni", configurationValues='{"a": "b=c&d"}')
    with pytest.raises(eks.exceptions.InvalidParameterException, match="JSON"):
        eks.update_addon(clusterName=cluster, addonName="vpc-cni", configurationValues=values)
    assert described(eks, cluster, "vpc-cni")["configurationValues"] == '{"a": "b=c&d"}'


def test_an_addon_is_changed_and_the_update_is_described(
    eks: Any, cluster: str, roles: dict[str, str]
) -> None:
    eks.create_addon(clusterName=cluster, addonName="vpc-cni", configurationValues='{"a": 1}')
    where = {"clusterName": cluster, "addonName": "vpc-cni"}
    wanted = [{"serviceAccount": "aws-node", "roleArn": roles["pod"]}]
    update = eks.update_addon(**where, podIdentityAssociations=wanted)["update"]
    assert (update["type"], update["status"]) == ("AddonUpdate", "Successful")
    found = described(eks, cluster, "vpc-cni")
    assert len(found["podIdentityAssociations"]) == 1
    assert found["configurationValues"] == '{"a": 1}'
    told = eks.describe_update(name=cluster, addonName="vpc-cni", updateId=update["id"])
    assert told["update"] == update

    eks.update_addon(**where, podIdentityAssociations=[])
    assert described(eks, cluster, "vpc-cni")["podIdentityAssociations"] == []
    assert eks.list_pod_identity_associations(clusterName=cluster)["associations"] == []


def test_an_addon_follows_its_cluster(eks: Any, cluster: str) -> None:
    old, new = (PINNED["kube-proxy"][minor] for minor in ("1.34", "1.35"))
    eks.create_addon(clusterName=cluster, addonName="kube-proxy", addonVersion=old)
    where = {"clusterName": cluster, "addonName": "kube-proxy"}
    with pytest.raises(eks.exceptions.InvalidParameterException, match=new):
        eks.update_addon(**where, addonVersion=new)
    eks.update_cluster_version(name=cluster, version="1.35")
    eks.update_addon(**where, addonVersion=old, configurationValues="{}")
    eks.update_addon(**where, addonVersion=new)
    assert described(eks, cluster, "kube-proxy")["addonVersion"] == new


def test_a_role_and_an_association_exclude_each_other(
    eks: Any, cluster: str, roles: dict[str, str]
) -> None:
    with pytest.raises(eks.exceptions.InvalidParameterException, match="either"):
        eks.create_addon(
            clusterName=cluster,
            addonName="vpc-cni",
            serviceAccountRoleArn=roles["pod"],
            podIdentityAssociations=[{"serviceAccount": "aws-node", "roleArn": roles["pod"]}],
        )


def test_deleting_an_addon_deletes_its_associations(
    eks: Any, cluster: str, roles: dict[str, str]
) -> None:
    eks.create_addon(
        clusterName=cluster,
        addonName="vpc-cni",
        podIdentityAssociations=[{"serviceAccount": "aws-node", "roleArn": roles["pod"]}],
    )
    gone = eks.delete_addon(clusterName=cluster, addonName="vpc-cni")["addon"]
    assert gone["status"] == "DELETING"
    assert eks.list_pod_identity_associations(clusterName=cluster)["associations"] == []
    with pytest.raises(eks.exceptions.ResourceNotFoundException, match="vpc-cni"):
        described(eks, cluster, "vpc-cni")


@pytest.mark.parametrize("addon", ["coredns", "aws-ebs-csi-driver"])
def test_an_addon_that_needs_nodes_waits_for_them(
    eks: Any, cluster: str, make_nodegroup: Callable[..., Any], addon: str
) -> None:
    made = eks.create_addon(clusterName=cluster, addonName=addon)["addon"]
    assert made["status"] == "DEGRADED"
    assert made["health"]["issues"][0]["code"] == "InsufficientNumberOfReplicas"
    make_nodegroup(cluster, scalingConfig={"minSize": 0, "maxSize": 1, "desiredSize": 0})
    assert described(eks, cluster, addon)["status"] == "DEGRADED"
    eks.update_nodegroup_config(
        clusterName=cluster, nodegroupName="system", scalingConfig={"desiredSize": 1}
    )
    assert described(eks, cluster, addon)["status"] == "ACTIVE"


def test_nodes_without_network_are_no_nodes(
    eks: Any, make_cluster: Callable[..., str], make_nodegroup: Callable[..., Any]
) -> None:
    name = make_cluster(bootstrapSelfManagedAddons=False)
    make_nodegroup(name)
    eks.create_addon(clusterName=name, addonName="coredns")
    assert described(eks, name, "coredns")["status"] == "DEGRADED"
    for addon in ("vpc-cni", "kube-proxy"):
        eks.create_addon(clusterName=name, addonName=addon)
    assert described(eks, name, "coredns")["status"] == "ACTIVE"


def test_versions_of_addons_are_listed(eks: Any) -> None:
    listed = {addon["addonName"]: addon for addon in eks.describe_addon_versions()["addons"]}
    assert listed.keys() == PINNED.keys()
    (asked,) = eks.describe_addon_versions(addonName="coredns", kubernetesVersion="1.35")["addons"]
    builds = {each["addonVersion"]: each["compatibilities"] for each in asked["addonVersions"]}
    assert builds.keys() == {PINNED["coredns"][minor] for minor in ("1.34", "1.35")}
    (compatible,) = builds[PINNED["coredns"]["1.35"]]
    assert (compatible["clusterVersion"], compatible["defaultVersion"]) == ("1.35", True)
    (compatible,) = builds[PINNED["coredns"]["1.34"]]
    assert (compatible["clusterVersion"], compatible["defaultVersion"]) == ("1.35", False)


def test_the_configuration_of_an_addon_can_be_described(eks: Any) -> None:
    version = PINNED["vpc-cni"]["1.35"]
    found = eks.describe_addon_configuration(addonName="vpc-cni", addonVersion=version)
    assert found["configurationSchema"] == '{"type": "object"}'
    with pytest.raises(eks.exceptions.InvalidParameterException):
        eks.describe_addon_configuration(addonName="none", addonVersion=version)


def test_lists_are_paginated(eks: Any, cluster: str) -> None:
    for addon in PINNED:
        eks.create_addon(clusterName=cluster, addonName=addon)
    pages = eks.get_paginator("list_addons").paginate(
        clusterName=cluster, PaginationConfig={"PageSize": 2}
    )
    sizes = [len(page["addons"]) for page in pages]
    assert sizes == [2, 2, 2, 2, 1]

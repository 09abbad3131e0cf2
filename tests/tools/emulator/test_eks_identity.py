"""Pod Identity, OIDC providers, tags, and what a cluster takes along when it goes."""

from collections.abc import Callable
from typing import Any

import pytest

from tools.emulator import LocalAws

ADMIN = "arn:aws:iam::111122223333:role/teams/Admin"


@pytest.fixture
def entry(eks: Any, cluster: str) -> dict[str, Any]:
    return eks.create_access_entry(clusterName=cluster, principalArn=ADMIN)["accessEntry"]


def associate(eks: Any, cluster: str, role: str, account: str = "sa", **more: Any) -> Any:
    return eks.create_pod_identity_association(
        clusterName=cluster, namespace="apps", serviceAccount=account, roleArn=role, **more
    )["association"]


def test_an_association_is_created_and_deleted(
    eks: Any, cluster: str, roles: dict[str, str]
) -> None:
    made = associate(eks, cluster, roles["pod"], tags={"a": "b"})
    where = {"clusterName": cluster, "associationId": made["associationId"]}
    assert eks.describe_pod_identity_association(**where)["association"] == made
    assert made["associationArn"].endswith(
        f":podidentityassociation/{cluster}/" + where["associationId"]
    )
    changed = eks.update_pod_identity_association(
        **where, roleArn=roles["pod"], targetRoleArn=ADMIN, disableSessionTags=True
    )["association"]
    assert (changed["targetRoleArn"], changed["disableSessionTags"]) == (ADMIN, True)
    assert eks.delete_pod_identity_association(**where)["association"]["roleArn"] == roles["pod"]
    with pytest.raises(eks.exceptions.ResourceNotFoundException):
        eks.describe_pod_identity_association(**where)


def test_a_service_account_has_one_association(
    eks: Any, cluster: str, roles: dict[str, str]
) -> None:
    associate(eks, cluster, roles["pod"])
    with pytest.raises(eks.exceptions.ResourceInUseException, match="already exists"):
        associate(eks, cluster, roles["pod"])
    associate(eks, cluster, roles["pod"], "another")
    listed = eks.list_pod_identity_associations(clusterName=cluster, serviceAccount="another")
    assert [found["serviceAccount"] for found in listed["associations"]] == ["another"]
    assert len(eks.list_pod_identity_associations(clusterName=cluster)["associations"]) == 2


@pytest.mark.parametrize("role", ["none", "node"])
def test_a_role_that_pods_cannot_assume_is_refused(
    eks: Any, cluster: str, roles: dict[str, str], role: str
) -> None:
    arn = roles.get(role, "arn:aws:iam::111122223333:role/none")
    with pytest.raises(eks.exceptions.InvalidParameterException, match=r"[Rr]ole"):
        associate(eks, cluster, arn)
    made = associate(eks, cluster, roles["pod"])
    with pytest.raises(eks.exceptions.InvalidParameterException, match=r"[Rr]ole"):
        eks.update_pod_identity_association(
            clusterName=cluster, associationId=made["associationId"], roleArn=arn
        )


def test_an_association_of_an_addon_cannot_be_changed_directly(
    eks: Any, cluster: str, roles: dict[str, str]
) -> None:
    eks.create_addon(
        clusterName=cluster,
        addonName="vpc-cni",
        podIdentityAssociations=[{"serviceAccount": "aws-node", "roleArn": roles["pod"]}],
    )
    (owned,) = eks.list_pod_identity_associations(clusterName=cluster)["associations"]
    where = {"clusterName": cluster, "associationId": owned["associationId"]}
    for call in (eks.update_pod_identity_association, eks.delete_pod_identity_association):
        with pytest.raises(eks.exceptions.InvalidRequestException, match="managed by"):
            call(**where)


def test_an_identity_provider_is_created_and_deleted(eks: Any, cluster: str) -> None:
    oidc = {
        "identityProviderConfigName": "sso",
        "issuerUrl": "https://sso.example",
        "clientId": "kubernetes",
    }
    answer = eks.associate_identity_provider_config(clusterName=cluster, oidc=oidc, tags={"a": "b"})
    assert (answer["update"]["status"], answer["tags"]) == ("Successful", {"a": "b"})
    with pytest.raises(eks.exceptions.ResourceInUseException):
        eks.associate_identity_provider_config(clusterName=cluster, oidc=oidc)
    config = {"type": "oidc", "name": "sso"}
    listed = eks.list_identity_provider_configs(clusterName=cluster)["identityProviderConfigs"]
    assert listed == [config]
    where = {"clusterName": cluster, "identityProviderConfig": config}
    found = eks.describe_identity_provider_config(**where)["identityProviderConfig"]["oidc"]
    assert oidc.items() <= found.items()
    assert found["status"] == "ACTIVE"
    eks.disassociate_identity_provider_config(**where)
    with pytest.raises(eks.exceptions.ResourceNotFoundException):
        eks.describe_identity_provider_config(**where)


def test_everything_with_an_arn_can_be_tagged(
    eks: Any,
    cluster: str,
    make_nodegroup: Callable[..., Any],
    roles: dict[str, str],
    entry: dict[str, Any],
) -> None:
    provider = {
        "identityProviderConfigName": "sso",
        "issuerUrl": "https://sso.example",
        "clientId": "kubernetes",
    }
    eks.associate_identity_provider_config(clusterName=cluster, oidc=provider)
    oidc = eks.describe_identity_provider_config(
        clusterName=cluster, identityProviderConfig={"type": "oidc", "name": "sso"}
    )["identityProviderConfig"]["oidc"]
    arns = [
        eks.describe_cluster(name=cluster)["cluster"]["arn"],
        make_nodegroup(cluster)["nodegroupArn"],
        eks.create_addon(clusterName=cluster, addonName="vpc-cni")["addon"]["addonArn"],
        associate(eks, cluster, roles["pod"])["associationArn"],
        entry["accessEntryArn"],
        oidc["identityProviderConfigArn"],
    ]
    for arn in arns:
        eks.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2", "c": "3"})
        eks.untag_resource(resourceArn=arn, tagKeys=["a", "b"])
        assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"c": "3"}
    with pytest.raises(eks.exceptions.ResourceNotFoundException):
        eks.list_tags_for_resource(resourceArn=arns[0] + "x")


def test_deleting_a_cluster_deletes_its_contents(
    eks: Any,
    make_cluster: Callable[..., str],
    roles: dict[str, str],
) -> None:
    name = make_cluster()
    eks.create_addon(clusterName=name, addonName="vpc-cni")
    eks.create_access_entry(clusterName=name, principalArn=ADMIN)
    associate(eks, name, roles["pod"])
    eks.delete_cluster(name=name)
    again = eks.create_cluster(
        name=name,
        roleArn=roles["cluster"],
        resourcesVpcConfig={"subnetIds": _subnets(eks, make_cluster)},
        accessConfig={
            "authenticationMode": "API",
            "bootstrapClusterCreatorAdminPermissions": False,
        },
    )["cluster"]
    assert again["name"] == name
    assert eks.list_addons(clusterName=name)["addons"] == []
    assert eks.list_access_entries(clusterName=name)["accessEntries"] == []
    assert eks.list_pod_identity_associations(clusterName=name)["associations"] == []


def _subnets(eks: Any, make_cluster: Callable[..., str]) -> list[str]:
    other = eks.describe_cluster(name=make_cluster())["cluster"]
    return other["resourcesVpcConfig"]["subnetIds"]


def test_every_call_is_supported_by_the_emulator(aws: LocalAws) -> None:
    assert aws.failures() == []

"""Who may do what: access entries and access policies."""

from collections.abc import Callable
from typing import Any

import pytest

ADMIN = "arn:aws:iam::111122223333:role/teams/Admin"
POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKS{}Policy"


@pytest.fixture
def entry(eks: Any, cluster: str) -> dict[str, Any]:
    return eks.create_access_entry(clusterName=cluster, principalArn=ADMIN)["accessEntry"]


def test_an_entry_has_what_it_was_made_with(eks: Any, cluster: str) -> None:
    made = eks.create_access_entry(
        clusterName=cluster,
        principalArn=ADMIN,
        kubernetesGroups=["viewers"],
        username="admin",
        tags={"a": "b"},
    )["accessEntry"]
    where = {"clusterName": cluster, "principalArn": ADMIN}
    assert eks.describe_access_entry(**where)["accessEntry"] == made
    assert (made["type"], made["username"]) == ("STANDARD", "admin")
    assert made["kubernetesGroups"] == ["viewers"]
    assert f":access-entry/{cluster}/role/111122223333/Admin/" in made["accessEntryArn"]
    assert eks.list_access_entries(clusterName=cluster)["accessEntries"] == [ADMIN]


@pytest.mark.parametrize(
    ("principal", "username"),
    [
        (ADMIN, "arn:aws:sts::111122223333:assumed-role/Admin/{{SessionName}}"),
        ("arn:aws:iam::111122223333:user/me", "arn:aws:iam::111122223333:user/me"),
    ],
)
def test_a_user_name_follows_from_the_principal(
    eks: Any, cluster: str, principal: str, username: str
) -> None:
    made = eks.create_access_entry(clusterName=cluster, principalArn=principal)["accessEntry"]
    assert made["username"] == username


@pytest.mark.parametrize("kind", ["EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX"])
def test_an_entry_for_nodes_has_the_node_groups_of_kubernetes(
    eks: Any, cluster: str, kind: str
) -> None:
    where = {"clusterName": cluster, "principalArn": ADMIN}
    for more in ({"kubernetesGroups": ["a"]}, {"username": "a"}):
        with pytest.raises(eks.exceptions.InvalidParameterException, match=kind):
            eks.create_access_entry(**where, type=kind, **more)
    made = eks.create_access_entry(**where, type=kind)["accessEntry"]
    assert "system:nodes" in made["kubernetesGroups"]
    assert made["username"].startswith("system:node:")
    with pytest.raises(eks.exceptions.InvalidRequestException, match=kind):
        eks.associate_access_policy(
            **where, policyArn=POLICY.format("View"), accessScope={"type": "cluster"}
        )


@pytest.mark.parametrize(
    "settings",
    [
        {"principalArn": "arn:aws:sts::111122223333:assumed-role/Admin/me"},
        {"principalArn": "Admin"},
        {"principalArn": ADMIN, "kubernetesGroups": ["system:masters"]},
        {"principalArn": ADMIN, "kubernetesGroups": ["eks:x"]},
        {"principalArn": ADMIN, "type": "EC3"},
    ],
)
def test_an_entry_that_eks_would_refuse_is_refused(
    eks: Any, cluster: str, settings: dict[str, Any]
) -> None:
    with pytest.raises(eks.exceptions.InvalidParameterException):
        eks.create_access_entry(clusterName=cluster, **settings)
    assert eks.list_access_entries(clusterName=cluster)["accessEntries"] == []


def test_a_second_entry_of_a_principal_is_refused(
    eks: Any, cluster: str, entry: dict[str, Any]
) -> None:
    with pytest.raises(eks.exceptions.ResourceInUseException, match="already in use"):
        eks.create_access_entry(clusterName=cluster, principalArn=entry["principalArn"])


def test_an_entry_is_changed(eks: Any, cluster: str, entry: dict[str, Any]) -> None:
    where = {"clusterName": cluster, "principalArn": entry["principalArn"]}
    changed = eks.update_access_entry(**where, kubernetesGroups=["editors"])["accessEntry"]
    assert changed["kubernetesGroups"] == ["editors"]
    assert changed["username"] == entry["username"]
    with pytest.raises(eks.exceptions.InvalidParameterException):
        eks.update_access_entry(**where, kubernetesGroups=["system:masters"])


def test_policies_are_associated_and_disassociated(
    eks: Any, cluster: str, entry: dict[str, Any]
) -> None:
    where = {"clusterName": cluster, "principalArn": entry["principalArn"]}
    view, admin = POLICY.format("View"), POLICY.format("ClusterAdmin")
    scope = {"type": "namespace", "namespaces": ["team-a"]}
    eks.associate_access_policy(**where, policyArn=admin, accessScope={"type": "cluster"})
    made = eks.associate_access_policy(**where, policyArn=view, accessScope=scope)
    assert made["associatedAccessPolicy"]["accessScope"] == scope
    wider = {"type": "namespace", "namespaces": ["team-a", "team-b"]}
    eks.associate_access_policy(**where, policyArn=view, accessScope=wider)
    listed = eks.list_associated_access_policies(**where)["associatedAccessPolicies"]
    scopes = {policy["policyArn"]: policy["accessScope"] for policy in listed}
    assert scopes[view] == wider
    assert scopes.keys() == {admin, view}

    having = eks.list_access_entries(clusterName=cluster, associatedPolicyArn=view)
    assert having["accessEntries"] == [entry["principalArn"]]
    eks.disassociate_access_policy(**where, policyArn=view)
    having = eks.list_access_entries(clusterName=cluster, associatedPolicyArn=view)
    assert having["accessEntries"] == []
    with pytest.raises(eks.exceptions.ResourceNotFoundException):
        eks.disassociate_access_policy(**where, policyArn=view)


@pytest.mark.parametrize(
    ("policy", "scope"),
    [
        ("arn:aws:iam::aws:policy/AdministratorAccess", {"type": "cluster"}),
        (POLICY.format("Owner"), {"type": "cluster"}),
        (POLICY.format("View"), {"type": "namespace", "namespaces": []}),
        (POLICY.format("View"), {"type": "cluster", "namespaces": ["team-a"]}),
    ],
)
def test_an_association_that_eks_would_refuse_is_refused(
    eks: Any, cluster: str, entry: dict[str, Any], policy: str, scope: dict[str, Any]
) -> None:
    with pytest.raises(eks.exceptions.InvalidParameterException):
        eks.associate_access_policy(
            clusterName=cluster,
            principalArn=entry["principalArn"],
            policyArn=policy,
            accessScope=scope,
        )


@pytest.mark.parametrize(("type_", "accepted"), [("EC2", True), ("EC2_LINUX", False)])
def test_nodes_of_auto_mode_alone_have_a_policy(
    eks: Any, cluster: str, type_: str, accepted: bool
) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html."""
    where = {"clusterName": cluster, "principalArn": "arn:aws:iam::123456789012:role/nodes"}
    eks.create_access_entry(**where, type=type_)
    asked = {"policyArn": POLICY.format("AutoNode"), "accessScope": {"type": "cluster"}}
    if accepted:
        made = eks.associate_access_policy(**where, **asked)
        assert made["associatedAccessPolicy"]["policyArn"] == asked["policyArn"]
        return
    with pytest.raises(eks.exceptions.InvalidRequestException):
        eks.associate_access_policy(**where, **asked)


def test_deleting_an_entry_deletes_its_associations(
    eks: Any, cluster: str, entry: dict[str, Any]
) -> None:
    where = {"clusterName": cluster, "principalArn": entry["principalArn"]}
    eks.associate_access_policy(
        **where, policyArn=POLICY.format("View"), accessScope={"type": "cluster"}
    )
    eks.delete_access_entry(**where)
    with pytest.raises(eks.exceptions.ResourceNotFoundException):
        eks.describe_access_entry(**where)
    eks.create_access_entry(**where)
    assert eks.list_associated_access_policies(**where)["associatedAccessPolicies"] == []


def test_policies_are_listed(eks: Any) -> None:
    listed = eks.list_access_policies()["accessPolicies"]
    assert POLICY.format("ClusterAdmin") in [policy["arn"] for policy in listed]


def test_a_cluster_without_access_entries_refuses_them(
    eks: Any, make_cluster: Callable[..., str]
) -> None:
    name = make_cluster(access={"authenticationMode": "CONFIG_MAP"})
    with pytest.raises(eks.exceptions.InvalidRequestException, match="authentication mode"):
        eks.create_access_entry(clusterName=name, principalArn=ADMIN)


@pytest.mark.parametrize("bootstrap", [True, False])
def test_the_creator_is_admitted_if_wanted(
    eks: Any, make_cluster: Callable[..., str], bootstrap: bool
) -> None:
    name = make_cluster(
        access={
            "authenticationMode": "API",
            "bootstrapClusterCreatorAdminPermissions": bootstrap,
        }
    )
    assert len(eks.list_access_entries(clusterName=name)["accessEntries"]) == bootstrap

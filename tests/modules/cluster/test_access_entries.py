"""Access entries and their policies (D1, D4)."""

import pytest

from modules.cluster.access_entries import principal_id
from support.cluster import Cluster, cluster
from support.environments import environment

DEVELOPERS = "arn:aws:iam::123456789012:role/developers"
SSO = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev_0f1e"


def test_every_admin_is_a_cluster_administrator() -> None:
    admins = [f"arn:aws:iam::123456789012:role/{name}" for name in ("one", "two")]
    made = Cluster(environment(admins=admins))
    people = {
        id_: entry["principal_arn"]
        for id_, entry in made.of("aws_eks_access_entry").items()
        if entry["type"] == "STANDARD"
    }
    assert people == {"access_role_one": admins[0], "access_role_two": admins[1]}
    policies = made.of("aws_eks_access_policy_association")
    assert set(policies) == {"access_role_one_cluster_admin", "access_role_two_cluster_admin"}
    for policy in policies.values():
        assert policy["policy_arn"] == (
            "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
        )
        assert policy["access_scope"] == {"type": "cluster"}


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        ("admin", "AmazonEKSAdminPolicy"),
        ("edit", "AmazonEKSEditPolicy"),
        ("view", "AmazonEKSViewPolicy"),
    ],
)
def test_a_policy_is_scoped_to_its_namespaces(policy: str, name: str) -> None:
    entry = {"principal": DEVELOPERS, "policy": policy, "namespaces": ["shop", "shop-test"]}
    made = cluster(access=[entry])
    made_policy = made.one("aws_eks_access_policy_association", f"access_role_developers_{policy}")
    assert made_policy["policy_arn"].endswith(f"/{name}")
    assert made_policy["access_scope"] == {
        "type": "namespace",
        "namespaces": ["shop", "shop-test"],
    }


def test_all_namespaces_must_be_requested_explicitly() -> None:
    entry = {"principal": DEVELOPERS, "policy": "view", "all_namespaces": True}
    made = cluster(access=[entry])
    policy = made.one("aws_eks_access_policy_association", "access_role_developers_view")
    assert policy["access_scope"] == {"type": "cluster"}


def test_a_principal_may_see_everything_and_change_one_namespace() -> None:
    entry = {
        "principal": DEVELOPERS,
        "policy": "view",
        "all_namespaces": True,
        "policies": [{"policy": "admin", "namespaces": ["payments"]}],
    }
    policies = cluster(access=[entry]).of("aws_eks_access_policy_association")
    scopes = {
        id_: policy["access_scope"] for id_, policy in policies.items() if "developers" in id_
    }
    assert scopes == {
        "access_role_developers_view": {"type": "cluster"},
        "access_role_developers_admin": {"type": "namespace", "namespaces": ["payments"]},
    }


def test_groups_alone_make_an_entry_without_a_policy() -> None:
    made = cluster(access=[{"principal": DEVELOPERS, "groups": ["team-a"]}])
    entry = made.one("aws_eks_access_entry", "access_role_developers")
    assert entry["kubernetes_groups"] == ["team-a"]
    assert "access_role_developers" not in " ".join(made.of("aws_eks_access_policy_association"))


def test_removed_groups_are_removed_from_the_entry() -> None:
    entry = cluster().one("aws_eks_access_entry", "access_role_platform_admin")
    assert entry["kubernetes_groups"] == []


def test_a_policy_comes_after_its_entry() -> None:
    made = cluster()
    before = made.before(
        "aws_eks_access_policy_association.access_role_platform_admin_cluster_admin"
    )
    assert "aws_eks_access_entry.access_role_platform_admin" in before


def test_a_new_principal_changes_no_existing_entry() -> None:
    first = {"principal": DEVELOPERS, "policy": "view", "all_namespaces": True}
    second = {"principal": SSO, "policy": "edit", "namespaces": ["shop"]}
    one, two = cluster(access=[first]), cluster(access=[second, first])
    for type_ in ("aws_eks_access_entry", "aws_eks_access_policy_association"):
        assert {id_: two.of(type_)[id_] for id_ in one.of(type_)} == one.of(type_)


def test_similar_principals_have_different_ids() -> None:
    settings = environment()
    principals = [
        DEVELOPERS,
        "arn:aws:iam::123456789012:user/developers",
        "arn:aws:iam::210987654321:role/developers",
        "arn:aws:iam::123456789012:role/dev_elopers",
        "arn:aws:iam::123456789012:role/dev.elopers",
        "arn:aws:iam::123456789012:role/dev-elopers",
        "arn:aws:iam::123456789012:role/dev/elopers",
        SSO,
    ]
    ids = [principal_id(settings, principal) for principal in principals]
    assert len(set(ids)) == len(ids)
    assert ids[0] == "role_developers"

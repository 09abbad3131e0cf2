"""The shared file system."""

import json
from typing import Any

import pytest

from support.cluster import Cluster, cluster
from support.environments import environment, warned


def test_it_is_encrypted_with_its_own_key() -> None:
    made = cluster()
    file_system = made.one("aws_efs_file_system", "efs")
    assert file_system["encrypted"] is True
    assert file_system["kms_key_id"] == "${aws_kms_key.efs_key.arn}"
    assert made.one("aws_kms_key", "efs_key")["enable_key_rotation"] is True


def test_a_retry_makes_no_second_file_system() -> None:
    given = cluster().one("aws_efs_file_system", "efs")["creation_token"]
    assert given == "test-efs"


def test_every_zone_has_a_mount_target_that_nodes_reach() -> None:
    made = Cluster(environment(network={"availability_zones": ["c", "a"]}))
    targets = made.of("aws_efs_mount_target")
    subnets = {id_: target["subnet_id"] for id_, target in targets.items()}
    state = "${data.terraform_remote_state.network.outputs.private_subnet_ids."
    assert subnets == {
        "efs_mount_target_a": f"{state}a}}",
        "efs_mount_target_c": f"{state}c}}",
    }
    for target in targets.values():
        assert target["security_groups"] == ["${aws_security_group.file_system_security_group.id}"]
    nfs = made.one("aws_vpc_security_group_ingress_rule", "file_system_from_node_nfs")
    assert (nfs["ip_protocol"], nfs["from_port"], nfs["to_port"]) == ("tcp", 2049, 2049)


def test_it_is_backed_up_by_default() -> None:
    def status(**efs: bool) -> str:
        policy = cluster(efs=efs).one("aws_efs_backup_policy", "efs_backup_policy")
        return policy["backup_policy"]["status"]

    assert status() == "ENABLED"
    assert status(backup=False) == "DISABLED"


@pytest.mark.parametrize(
    ("settings", "protected"),
    [({}, True), ({"force_destroy": True}, False), ({"force_destroy": False}, True)],
)
def test_it_is_protected_together_with_its_key(settings: dict[str, Any], protected: bool) -> None:
    made = cluster(efs=settings)
    for resource in (made.one("aws_efs_file_system", "efs"), made.one("aws_kms_key", "efs_key")):
        assert resource.get("lifecycle", {}) == ({"prevent_destroy": True} if protected else {})


def statements(**efs: Any) -> list[dict[str, Any]]:
    made = cluster(efs=efs).one("aws_efs_file_system_policy", "efs_policy")
    return json.loads(made["policy"])["Statement"]


def test_it_requires_tls() -> None:
    allow, deny = statements()
    assert (allow["Effect"], deny["Effect"]) == ("Allow", "Deny")
    assert set(allow["Action"]) < set(deny["Action"])
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    for statement in (allow, deny):
        assert statement["Principal"] == {"AWS": "*"}
        assert statement["Resource"] == "${aws_efs_file_system.efs.arn}"


def test_it_is_mounted_through_access_points_and_not_by_root() -> None:
    client, target = "elasticfilesystem:Client", "elasticfilesystem:AccessedViaMountTarget"
    allow, _ = statements()
    assert allow["Action"] == [f"{client}Mount", f"{client}Write"]
    access_points = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/*"
    assert allow["Condition"] == {
        "Bool": {target: "true"},
        "ArnLike": {"elasticfilesystem:AccessPointArn": access_points},
    }
    whole, _ = statements(root_mounts=True)
    assert f"{client}RootAccess" in whole["Action"]
    assert whole["Condition"] == {"Bool": {target: "true"}}


def test_root_mounts_are_for_the_role_of_the_driver_where_there_is_one() -> None:
    """Otherwise a pod that reaches the port would be root in the volumes of every team."""
    role = {"AWS": "${aws_iam_role.efs_mount_role.arn}"}
    for iam, clients in (("accepted", {"AWS": "*"}), ("required", role)):
        allowed = [
            each for each in statements(iam=iam, root_mounts=True) if each["Effect"] == "Allow"
        ]
        for each in allowed:
            whole = "elasticfilesystem:ClientRootAccess" in each["Action"]
            assert ("ArnLike" in each["Condition"]) is not whole
            assert each["Principal"] == (role if whole else clients)
        assert len(allowed) == (2 if iam == "accepted" else 1)
    assert [path for path in warned(cluster={"efs": {"root_mounts": True}}) if "efs" in path] == [
        ("cluster", "efs", "root_mounts")
    ]


def test_a_role_of_the_driver_can_be_the_only_one_that_mounts() -> None:
    made = cluster(efs={"iam": "required", "root_mounts": True})
    policy = made.one("aws_efs_file_system_policy", "efs_policy")["policy"]
    allow, deny = json.loads(policy)["Statement"]
    assert allow["Principal"] == {"AWS": "${aws_iam_role.efs_mount_role.arn}"}
    assert deny["Principal"] == {"AWS": "*"}
    association = made.one("aws_eks_pod_identity_association", "efs_mount_role_association")
    assert (association["namespace"], association["service_account"]) == (
        "kube-system",
        "efs-csi-node-sa",
    )
    # It may do only what the policy of the file system allows, and pods get it at their start.
    assert not [
        body
        for body in made.of("aws_iam_role_policy_attachment").values()
        if "efs_mount_role" in body["role"]
    ]
    before = made.before("aws_eks_addon.aws_efs_csi_driver")
    assert "aws_eks_pod_identity_association.efs_mount_role_association" in before


def test_the_role_is_accepted_before_it_is_required() -> None:
    made = cluster(efs={"iam": "accepted"})
    assert made.one("aws_eks_pod_identity_association", "efs_mount_role_association")
    assert statements(iam="accepted") == statements()
    assert not [
        address for address in cluster().bodies if "efs_mount" in address and "role" in address
    ]


def test_files_move_to_infrequent_access_where_configured() -> None:
    def rules(days: int) -> object:
        made = cluster(efs={"infrequent_access_days": days})
        return made.one("aws_efs_file_system", "efs").get("lifecycle_policy")

    assert rules(30) == [{"transition_to_ia": "AFTER_30_DAYS"}]
    assert rules(1) == [{"transition_to_ia": "AFTER_1_DAY"}]
    assert rules(0) is None


def test_without_it_neither_file_system_nor_driver_is_made() -> None:
    made = cluster(efs={"enabled": False})
    assert not [address for address in made.bodies if "efs" in address]

"""The key of EBS volumes: who makes volumes with it, and who may use it."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.environments import environment
from support.output import Output, synthesized_output

KEY = "arn:aws:kms:eu-west-1:123456789012:key/8a1f0e6c-2f0b-4b8e-9c1d-0a1b2c3d4e5f"
OTHER = KEY.replace("8a1f", "0000")
IN_CLUSTER = "${data.terraform_remote_state.network.outputs.volume_key_arn}"
IN_PLATFORM = "${data.terraform_remote_state.cluster.outputs.volume_key_arn}"


def output_of(folder: Path, key: dict[str, Any], **settings: Any) -> Output:
    groups = {"node_groups": {"more": {}}, "volume_key": key}
    return synthesized_output(folder, environment(cluster=groups, **settings))


@pytest.fixture(scope="module")
def created(tmp_path_factory: pytest.TempPathFactory) -> Output:
    return output_of(tmp_path_factory.mktemp("created"), {"enabled": True})


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Output:
    return output_of(tmp_path_factory.mktemp("given"), {"enabled": True, "arn": KEY})


def of_nodes(output: Output) -> set[str | None]:
    templates = output.stack("test-cluster").resources("aws_launch_template").values()
    volumes = [each for made in templates for each in made["block_device_mappings"]]
    return {volume["ebs"].get("kms_key_id") for volume in volumes}


def of_karpenter(output: Output) -> set[str | None]:
    releases = output.stack("test-platform").resources("helm_release")
    objects = json.loads(releases["karpenter_resources"]["values"][0])["resources"]
    classes = [each for each in objects if each["kind"] == "EC2NodeClass"]
    volumes = [each for made in classes for each in made["spec"]["blockDeviceMappings"]]
    return {volume["ebs"].get("kmsKeyID") for volume in volumes}


def of_claims(output: Output) -> set[str | None]:
    classes = output.stack("test-platform").resources("kubernetes_storage_class_v1")
    return {classes["storage_class_volumes"]["parameters"].get("kmsKeyId")}


def roles_with_keys(output: Output) -> dict[str, dict[str, dict[str, Any]]]:
    """The statements about keys of volumes, by the id of their policy."""
    policies = output.stack("test-cluster").resources("aws_iam_policy")
    return {
        id_: {each["Sid"]: each for each in json.loads(body["policy"])["Statement"]}
        for id_, body in policies.items()
        if id_.endswith("_volume_keys")
    }


def test_nodes_and_claims_have_the_key_that_the_network_stack_creates(created: Output) -> None:
    assert of_nodes(created) == {IN_CLUSTER}
    assert of_karpenter(created) == of_claims(created) == {IN_PLATFORM}
    key = created.stack("test-network").resources("aws_kms_key")["volume_key"]
    assert key["enable_key_rotation"] is True


def test_nodes_and_claims_have_the_key_that_is_given(given: Output) -> None:
    assert of_nodes(given) == of_karpenter(given) == of_claims(given) == {KEY}
    assert "volume_key" not in given.stack("test-network").resources("aws_kms_key")


def test_without_one_volumes_have_the_default_key_of_the_account(tmp_path: Path) -> None:
    output = output_of(tmp_path, {})
    assert of_nodes(output) == of_karpenter(output) == of_claims(output) == {None}
    assert roles_with_keys(output) == {}


def test_the_driver_and_karpenter_use_the_key_through_ec2_only(created: Output) -> None:
    found = roles_with_keys(created)
    assert set(found) == {
        "aws_ebs_csi_driver_role_volume_keys",
        "karpenter_controller_volume_keys",
    }
    for statements in found.values():
        grants = statements["VolumeKeyGrants"]
        assert grants["Action"] == "kms:CreateGrant"
        assert grants["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}
        for each in statements.values():
            assert each["Resource"] == IN_CLUSTER
            via = each["Condition"]["StringEquals"]
            assert via == {"kms:ViaService": "ec2.eu-west-1.amazonaws.com"}
        assert not [action for action in statements["VolumeKeys"]["Action"] if "*" in action]


def test_keys_of_their_own_are_added_to_the_roles(tmp_path: Path) -> None:
    settings = {
        "storage_classes": {"kms_key": OTHER},
        "karpenter": {"node_classes": {"own": {"volume_kms_key": OTHER}}},
    }
    output = output_of(tmp_path, {"enabled": True, "arn": KEY}, platform=settings)
    assert of_claims(output) == {OTHER}
    assert of_karpenter(output) == {KEY, OTHER}
    for statements in roles_with_keys(output).values():
        assert set(statements["VolumeKeys"]["Resource"]) == {KEY, OTHER}


def test_the_key_policy_names_service_linked_roles_that_need_not_exist_yet(
    created: Output,
) -> None:
    """KMS refuses a policy with a principal that does not exist, as in a new account."""
    key = created.stack("test-network").resources("aws_kms_key")["volume_key"]
    policy = {each["Sid"]: each for each in json.loads(key["policy"])["Statement"]}
    root = "arn:aws:iam::123456789012"
    role = f"{root}:role/aws-service-role"
    for sid in ("Launch", "LaunchGrants"):
        condition = policy[sid]["Condition"]
        assert condition["ArnEquals"]["aws:PrincipalArn"] == [
            f"{role}/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
            f"{role}/spot.amazonaws.com/AWSServiceRoleForEC2Spot",
        ]
        assert condition["StringEquals"] == {"kms:CallerAccount": "123456789012"}
    assert policy["LaunchGrants"]["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}
    assert policy["Account"]["Principal"] == {"AWS": f"{root}:root"}
    named = {str(each["Principal"]) for each in policy.values()}
    assert not [each for each in named if "aws-service-role" in each]

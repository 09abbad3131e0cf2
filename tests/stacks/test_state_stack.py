"""The state stack (B1, B2, B5, B6): protected bucket, lock table, key, policies and replica."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.environments import environment
from support.output import Output, Stack, synthesized_output

BUCKET = "prod-tfstate-123456789012-eu-west-1"


@pytest.fixture
def prod(output: Output) -> Stack:
    return output.stack("prod-state")


def statements(policy: str) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}


def test_b1_bucket_is_versioned_encrypted_private_and_cannot_be_destroyed(prod: Stack) -> None:
    bucket = prod.resources("aws_s3_bucket")["state"]
    assert bucket["bucket"] == BUCKET
    assert bucket["lifecycle"] == {"prevent_destroy": True}
    versioning = prod.resources("aws_s3_bucket_versioning")["state_versioning"]
    assert versioning["versioning_configuration"] == {"status": "Enabled"}
    block = prod.resources("aws_s3_bucket_public_access_block")["state_public_access"]
    assert {value for key, value in block.items() if key not in {"bucket", "//"}} == {True}
    ownership = prod.resources("aws_s3_bucket_ownership_controls")["state_ownership"]
    assert ownership["rule"] == {"object_ownership": "BucketOwnerEnforced"}
    (rule,) = prod.resources("aws_s3_bucket_server_side_encryption_configuration")[
        "state_encryption"
    ]["rule"]
    assert rule["apply_server_side_encryption_by_default"] == {
        "kms_master_key_id": "${aws_kms_key.state_key.arn}",
        "sse_algorithm": "aws:kms",
    }


def test_b1_bucket_refuses_plain_http_and_other_encryption(prod: Stack) -> None:
    policy = statements(prod.resources("aws_s3_bucket_policy")["state_policy"]["policy"])
    tls = policy["DenyInsecureTransport"]
    assert (tls["Effect"], tls["Principal"], tls["Action"]) == ("Deny", "*", "s3:*")
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert tls["Resource"] == [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    header = "s3:x-amz-server-side-encryption"
    other = policy["DenyOtherEncryption"]
    assert (other["Effect"], other["Principal"], other["Action"]) == ("Deny", "*", "s3:PutObject")
    assert other["Condition"] == {
        "Null": {header: "false"},
        "StringNotEquals": {header: "aws:kms"},
    }


@pytest.mark.parametrize(
    ("bucket", "region"), [("state", "eu-west-1"), ("replica", "eu-central-1")]
)
def test_b1_b6_buckets_refuse_other_keys_and_accept_their_own_by_arn_and_alias(
    prod: Stack, bucket: str, region: str
) -> None:
    policy = statements(prod.resources("aws_s3_bucket_policy")[f"{bucket}_policy"]["policy"])
    header = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    other = policy["DenyOtherKey"]
    assert (other["Effect"], other["Principal"], other["Action"]) == ("Deny", "*", "s3:PutObject")
    assert other["Condition"] == {
        "Null": {header: "false"},
        "ArnNotEquals": {
            header: [
                f"${{aws_kms_key.{bucket}_key.arn}}",
                f"arn:aws:kms:{region}:123456789012:alias/prod-tfstate",
            ]
        },
    }


def test_b1_the_backends_encryption_is_accepted_by_the_bucket(prod: Stack) -> None:
    policy = statements(prod.resources("aws_s3_bucket_policy")["state_policy"]["policy"])
    [allowed] = policy["DenyOtherKey"]["Condition"]["ArnNotEquals"].values()
    assert prod.json["terraform"]["backend"]["s3"]["kms_key_id"] in allowed


def test_b1_no_bucket_can_be_destroyed_by_accident(prod: Stack) -> None:
    for bucket in prod.resources("aws_s3_bucket").values():
        assert bucket["lifecycle"] == {"prevent_destroy": True}


def test_b1_old_versions_expire_and_access_is_logged(prod: Stack) -> None:
    (rule,) = prod.resources("aws_s3_bucket_lifecycle_configuration")["state_lifecycle"]["rule"]
    assert rule["noncurrent_version_expiration"] == [
        {"noncurrent_days": 90, "newer_noncurrent_versions": 10}
    ]
    assert "expiration" not in rule
    logging = prod.resources("aws_s3_bucket_logging")["state_logging"]
    assert logging["target_bucket"] == "${aws_s3_bucket.state_logs.id}"
    delivery = statements(prod.resources("aws_s3_bucket_policy")["state_logs_policy"]["policy"])
    assert delivery["AccessLogDelivery"]["Condition"] == {
        "ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{BUCKET}"},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }


def test_b2_lock_table_is_on_demand_recoverable_encrypted_and_protected(prod: Stack) -> None:
    table = prod.resources("aws_dynamodb_table")["state_lock"]
    assert table["hash_key"] == "LockID"
    assert table["attribute"] == [{"name": "LockID", "type": "S"}]
    assert table["billing_mode"] == "PAY_PER_REQUEST"
    assert table["point_in_time_recovery"] == {"enabled": True}
    assert table["server_side_encryption"]["kms_key_arn"] == "${aws_kms_key.state_key.arn}"
    assert table["deletion_protection_enabled"] is True
    assert table["lifecycle"] == {"prevent_destroy": True}


@pytest.mark.parametrize("stack", ["state", "network"])
def test_b3_every_stack_has_its_own_encrypted_state(output: Output, stack: str) -> None:
    backend = output.stack(f"dev-{stack}").json["terraform"]["backend"]["s3"]
    assert backend == {
        "bucket": "dev-tfstate-123456789012-eu-west-1",
        "key": f"dev/{stack}.tfstate",
        "region": "eu-west-1",
        "encrypt": True,
        "kms_key_id": "arn:aws:kms:eu-west-1:123456789012:alias/dev-tfstate",
        "dynamodb_table": "dev-tfstate-lock",
        "allowed_account_ids": ["123456789012"],
    }


@pytest.mark.parametrize(
    ("lock", "arguments", "terraform"),
    [
        ("dynamodb", {"dynamodb_table": "test-tfstate-lock"}, ">= 1.9"),
        ("s3", {"use_lockfile": True}, ">= 1.10"),
        ("both", {"dynamodb_table": "test-tfstate-lock", "use_lockfile": True}, ">= 1.10"),
    ],
)
def test_b3_lock_mode_decides_the_backend_and_the_terraform_version(
    tmp_path: Path, lock: str, arguments: dict[str, Any], terraform: str
) -> None:
    stack = synthesized_output(tmp_path, environment(state={"lock": lock})).stack("test-network")
    backend = stack.json["terraform"]["backend"]["s3"]
    given = {key: backend[key] for key in ("dynamodb_table", "use_lockfile") if key in backend}
    assert given == arguments
    assert stack.json["terraform"]["required_version"] == terraform


def test_b5_a_stacks_policy_reaches_its_own_state_and_reads_those_before_it(prod: Stack) -> None:
    policy = statements(prod.resources("aws_iam_policy")["state_access_network"]["policy"])
    assert policy["WriteState"]["Resource"] == f"arn:aws:s3:::{BUCKET}/prod/network.tfstate"
    assert policy["LockFile"]["Resource"] == f"arn:aws:s3:::{BUCKET}/prod/network.tfstate.tflock"
    assert "s3:DeleteObject" not in policy["WriteState"]["Action"]
    assert policy["LockItem"]["Condition"] == {
        "ForAllValues:StringEquals": {
            "dynamodb:LeadingKeys": [
                f"{BUCKET}/prod/network.tfstate",
                f"{BUCKET}/prod/network.tfstate-md5",
            ]
        },
        "Null": {"dynamodb:LeadingKeys": "false"},
    }
    assert policy["ReadUpstreamState"]["Resource"] == f"arn:aws:s3:::{BUCKET}/prod/state.tfstate"
    assert policy["ReadUpstreamState"]["Action"] == "s3:GetObject"


def test_b6_replica_is_protected_like_the_original_and_keeps_deleted_objects(prod: Stack) -> None:
    original = {
        type_: body
        for type_, name, body in prod
        if name.startswith("state") and type_.startswith("aws_s3_bucket_")
    }
    replica = {
        type_
        for type_, name, body in prod
        if name.startswith("replica_") and body["provider"] == "aws.replica"
    }
    assert set(original) - {"aws_s3_bucket_replication_configuration"} <= replica
    (rule,) = prod.resources("aws_s3_bucket_replication_configuration")["state_replication"]["rule"]
    assert rule["delete_marker_replication"] == {"status": "Disabled"}
    assert rule["destination"]["encryption_configuration"] == {
        "replica_kms_key_id": "${aws_kms_key.replica_key.arn}"
    }


def test_b6_without_a_replica_region_nothing_is_copied(output: Output) -> None:
    stack = output.stack("dev-state")
    assert not stack.resources("aws_s3_bucket_replication_configuration")
    assert len(stack.json["provider"]["aws"]) == 1


@pytest.mark.parametrize("stack", ["prod-state", "prod-network", "dev-state", "dev-network"])
def test_keys_name_the_account_and_the_admins_and_never_the_caller(
    output: Output, stack: str
) -> None:
    synthesized = output.stack(stack)
    assert "aws_caller_identity" not in synthesized.text
    assert "aws_iam_session_context" not in synthesized.text
    for key in synthesized.resources("aws_kms_key").values():
        policy = statements(key["policy"])
        assert policy["Account"]["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
        assert policy["Administration"]["Principal"] == {
            "AWS": "arn:aws:iam::123456789012:role/platform-admin"
        }
        assert key["enable_key_rotation"] is True


def test_every_resource_is_tagged_by_its_provider(output: Output) -> None:
    for name in ("prod-state", "prod-network"):
        for provider in output.stack(name).json["provider"]["aws"]:
            assert provider["default_tags"] == [
                {
                    "tags": {
                        "cost-center": "production",
                        "environment": "prod",
                        "managed-by": "eks-platform",
                        "team": "platform",
                    }
                }
            ]
            assert provider["allowed_account_ids"] == ["123456789012"]

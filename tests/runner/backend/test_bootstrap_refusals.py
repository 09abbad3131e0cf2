"""What a bootstrap refuses, before Terraform runs at all."""

from collections.abc import Callable
from typing import Any

import pytest

from runner.backend.bootstrap import STEPS
from runner.backend.bootstrap_dir import STATE
from runner.backend.discovery import FINDERS, discover
from runner.errors import RunnerError
from support.bootstrapping import StateBackend
from support.output import Output
from support.state_objects import BUCKET, REGION, make_bucket, state_text

OVERWRITTEN = {
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_logging",
    "aws_s3_bucket_notification",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_replication_configuration",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
}
"""Settings that AWS puts in the place of what was there; they cannot exist twice."""

BEFORE_TERRAFORM = [
    step for step in STEPS if step.name in ("account", "ownership", "start", "unlock")
]
OURS = {"environment": "dev", "managed_by": "eks-platform"}


@pytest.fixture(autouse=True)
def no_terraform(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is refused here has to be refused before Terraform runs."""

    def started(*_: Any) -> None:
        raise AssertionError("terraform was started")

    monkeypatch.setattr("runner.terraform.Terraform.run", started)


def refusal(backend: StateBackend) -> str:
    with pytest.raises(RunnerError) as error:
        backend.bootstrap()
    assert not backend.folder.exists()
    return str(error.value)


def test_every_type_can_be_found_again_or_cannot_exist_twice(output: Output) -> None:
    types = {
        type_
        for name in output.names
        if name.endswith("-state")
        for type_, _, _ in output.stack(name)
    }
    assert types <= FINDERS.keys() | OVERWRITTEN
    assert {"aws_s3_bucket", "aws_iam_role", "aws_kms_alias"} <= types


def test_another_accounts_credentials(dev: StateBackend) -> None:
    def move(document: dict[str, Any]) -> None:
        document["terraform"]["backend"]["s3"]["allowed_account_ids"] = ["999999999999"]

    dev.edit(move)
    text = refusal(dev)
    assert "The credentials belong to account 123456789012 (arn:aws:" in text
    assert "dev is in 999999999999. Nothing was done." in text


@pytest.mark.parametrize(
    ("tags", "named"),
    [
        ({}, "its tags are missing"),
        ({"environment": "prod", "managed_by": "eks-platform"}, "environment=prod, managed-by=eks"),
        ({"environment": "dev", "managed_by": "hand"}, "environment=dev, managed-by=hand"),
    ],
)
def test_a_bucket_of_another_owner(tags: dict[str, str], named: str, dev: StateBackend) -> None:
    make_bucket(dev.aws, **tags)
    text = refusal(dev)
    assert f"bucket {BUCKET}: it is in account 123456789012 but its tags are" in text
    assert named in text
    assert "`state.bucket`" in text


def test_a_bucket_without_read_access(dev: StateBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    # S3 answers 403 for a bucket of another account; the emulator has one account only.
    make_bucket(dev.aws, **OURS)
    s3 = dev.location.client("s3")

    def forbidden(**arguments: Any) -> None:
        assert arguments["ExpectedBucketOwner"] == "123456789012"
        response = {"Error": {"Code": "403"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
        raise s3.exceptions.ClientError(response, "HeadBucket")

    monkeypatch.setattr(s3, "head_bucket", forbidden)
    monkeypatch.setattr("runner.backend.bootstrap.Location.of", lambda _: dev.location)
    text = refusal(dev)
    assert f"bucket {BUCKET}: it belongs to another AWS account than 123456789012" in text


def test_an_unfinished_bootstrap_owns_an_empty_bucket_but_not_a_full_one(dev: StateBackend) -> None:
    dev.folder.mkdir(parents=True)
    s3 = make_bucket(dev.aws)
    dev.run(BEFORE_TERRAFORM)
    s3.put_object(Bucket=BUCKET, Key="holiday.jpg", Body=b"")
    with pytest.raises(RunnerError, match=f"bucket {BUCKET}: .* its tags are missing"):
        dev.run(BEFORE_TERRAFORM)


def test_a_bucket_whose_state_lists_it_needs_no_tags(dev: StateBackend) -> None:
    listed = '{"lineage": "one", "serial": 1, "outputs": {}, "resources": [{"mode": "managed",'
    listed += (
        '"type": "aws_s3_bucket", "name": "state", "instances": [{"attributes": {"id": "%s"}}]}]}'
    )
    s3 = make_bucket(dev.aws)
    s3.put_object(Bucket=BUCKET, Key="dev/state.tfstate", Body=(listed % "other").encode())
    with pytest.raises(RunnerError, match=f"bucket {BUCKET}: .* its tags are missing"):
        dev.run(BEFORE_TERRAFORM)
    s3.put_object(Bucket=BUCKET, Key="dev/state.tfstate", Body=(listed % BUCKET).encode())
    dev.run(BEFORE_TERRAFORM)


def make_table(backend: StateBackend) -> None:
    backend.aws.client("dynamodb", REGION).create_table(
        TableName="dev-tfstate-lock",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
    )


def make_policy(backend: StateBackend) -> None:
    statement = '{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}'
    document = f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'
    backend.aws.client("iam").create_policy(
        PolicyName="dev-tfstate-network", PolicyDocument=document
    )


def make_alias(backend: StateBackend) -> None:
    kms = backend.aws.client("kms", REGION)
    key = kms.create_key(Description="unmanaged")["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/dev-tfstate", TargetKeyId=key)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (make_table, "DynamoDB table dev-tfstate-lock"),
        (make_policy, "IAM policy dev-tfstate-network"),
        (make_alias, "KMS alias/dev-tfstate"),
    ],
)
def test_other_names_that_are_taken(
    make: Callable[[StateBackend], None], what: str, dev: StateBackend
) -> None:
    make(dev)
    before = discover(dev.stack, dev.location)
    assert f"  {what}: it is in account 123456789012 but its tags are missing" in refusal(dev)
    assert discover(dev.stack, dev.location) == before


def test_all_conflicts_are_reported_at_once(dev: StateBackend) -> None:
    make_table(dev)
    make_policy(dev)
    text = refusal(dev)
    assert "DynamoDB table dev-tfstate-lock:" in text
    assert "IAM policy dev-tfstate-network:" in text


def test_a_key_scheduled_for_deletion_is_not_found(dev: StateBackend) -> None:
    kms = dev.aws.client("kms", REGION)
    tags = [{"TagKey": k, "TagValue": v} for k, v in dev.location.owner_tags.items()]
    ids = [
        kms.create_key(Description=description, Tags=tags)["KeyMetadata"]["KeyId"]
        for description in ("Terraform state of dev", "Terraform state of dev", "another")
    ]
    assert [found.id for found in discover(dev.stack, dev.location)] == [ids[0]]
    kms.schedule_key_deletion(KeyId=ids[0])
    assert [found.id for found in discover(dev.stack, dev.location)] == [ids[1]]


def test_two_unrelated_states(dev: StateBackend) -> None:
    s3 = make_bucket(dev.aws, **OURS)
    s3.put_object(
        Bucket=BUCKET, Key="dev/state.tfstate", Body=state_text("theirs", resources=2).encode()
    )
    dev.folder.mkdir(parents=True)
    (dev.folder / STATE).write_text(state_text("ours"))
    with pytest.raises(RunnerError, match=f"are unrelated: .* remove {dev.folder}"):
        dev.bootstrap()


def test_an_invalid_state_in_the_bucket(dev: StateBackend) -> None:
    s3 = make_bucket(dev.aws, **OURS)
    s3.put_object(Bucket=BUCKET, Key="dev/state.tfstate", Body=b"half a sta")
    assert "dev/state.tfstate in the bucket" in refusal(dev)

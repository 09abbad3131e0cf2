"""The gaps of S3: configurations and policies come back as they were given, keys must exist."""

import json

import pytest

from support.aws_errors import code_of
from tools.emulator import LocalAws

LIFECYCLE = {
    "ID": "noncurrent",
    "Status": "Enabled",
    "Filter": {"ObjectSizeGreaterThan": 10},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 90, "NewerNoncurrentVersions": 10},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
}


def test_a_lifecycle_rule_comes_back_as_it_was_given(aws: LocalAws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="lifecycle")
    configuration = {"Rules": [LIFECYCLE]}
    s3.put_bucket_lifecycle_configuration(Bucket="lifecycle", LifecycleConfiguration=configuration)
    found = s3.get_bucket_lifecycle_configuration(Bucket="lifecycle")
    assert found["Rules"] == [LIFECYCLE]
    assert found["TransitionDefaultMinimumObjectSize"] == "all_storage_classes_128K"
    s3.delete_bucket_lifecycle(Bucket="lifecycle")
    code = code_of(s3.get_bucket_lifecycle_configuration, Bucket="lifecycle")
    assert code == "NoSuchLifecycleConfiguration"


def test_a_replication_rule_comes_back_as_it_was_given(aws: LocalAws, key: str) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="source")
    s3.put_bucket_versioning(Bucket="source", VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "ID": "all",
        "Priority": 0,
        "Status": "Enabled",
        "Filter": {"Prefix": "state/"},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": {
            "Bucket": "arn:aws:s3:::copy",
            "EncryptionConfiguration": {"ReplicaKmsKeyID": key},
        },
    }
    given = {"Role": "arn:aws:iam::111122223333:role/replication", "Rules": [rule]}
    s3.put_bucket_replication(Bucket="source", ReplicationConfiguration=given)
    assert s3.get_bucket_replication(Bucket="source")["ReplicationConfiguration"] == given
    s3.delete_bucket_replication(Bucket="source")
    code = code_of(s3.get_bucket_replication, Bucket="source")
    assert code == "ReplicationConfigurationNotFoundError"


@pytest.mark.parametrize("by", ["id", "arn", "alias", "alias ARN"])
def test_an_object_is_encrypted_with_the_key_that_is_named(
    aws: LocalAws, key: str, by: str
) -> None:
    alias = f"alias/by-{by.replace(' ', '-')}"
    aws.client("kms").create_alias(AliasName=alias, TargetKeyId=key)
    names = {
        "id": key.rsplit("/", 1)[1],
        "arn": key,
        "alias": alias,
        "alias ARN": f"{key.rsplit(':', 1)[0]}:{alias}",
    }
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="encrypted")
    s3.put_object(
        Bucket="encrypted",
        Key="state",
        Body=b"{}",
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=names[by],
    )
    assert s3.head_object(Bucket="encrypted", Key="state")["SSEKMSKeyId"] == key


def test_a_key_that_does_not_exist_is_refused(aws: LocalAws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="keyless")
    code = code_of(
        s3.put_object,
        Bucket="keyless",
        Key="state",
        Body=b"{}",
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId="alias/nowhere",
    )
    assert code == "KMS.NotFoundException"


def test_a_policy_that_denies_plain_http_does_not_deny_everything(aws: LocalAws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="tls-only")
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::tls-only", "arn:aws:s3:::tls-only/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket="tls-only", Policy=policy)
    s3.put_object(Bucket="tls-only", Key="state", Body=b"{}")
    assert s3.get_object(Bucket="tls-only", Key="state")["Body"].read() == b"{}"

"""The gaps of the other services: what is given comes back, what AWS refuses is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator import LocalAws


def code_of(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return raised.value.response["Error"]["Code"]


@pytest.fixture
def key(aws: LocalAws) -> str:
    return aws.client("kms").create_key()["KeyMetadata"]["Arn"]


def test_a_key_tells_its_rotation_period(aws: LocalAws, key: str) -> None:
    kms = aws.client("kms")
    before = kms.get_key_rotation_status(KeyId=key)
    assert (before["KeyRotationEnabled"], "RotationPeriodInDays" in before) == (False, False)
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    after = kms.get_key_rotation_status(KeyId=key)
    assert (after["KeyRotationEnabled"], after["RotationPeriodInDays"]) == (True, 90)
    assert "NextRotationDate" in after


def test_a_rotation_period_out_of_range_is_refused(aws: LocalAws, key: str) -> None:
    enable = aws.client("kms").enable_key_rotation
    assert code_of(enable, KeyId=key, RotationPeriodInDays=2561) == "ValidationException"


def test_an_anomaly_monitor_comes_back_as_it_was_given_until_it_is_deleted(aws: LocalAws) -> None:
    ce = aws.client("ce", "us-east-1")
    specification = {"Tags": {"Key": "environment", "Values": ["dev"]}}
    monitor = {
        "MonitorName": "m",
        "MonitorType": "CUSTOM",
        "MonitorSpecification": specification,
    }
    tags = [{"Key": "team", "Value": "platform"}]
    arn = ce.create_anomaly_monitor(AnomalyMonitor=monitor, ResourceTags=tags)["MonitorArn"]
    [found] = ce.get_anomaly_monitors(MonitorArnList=[arn])["AnomalyMonitors"]
    assert found == {**monitor, "MonitorArn": arn}
    assert ce.list_tags_for_resource(ResourceArn=arn)["ResourceTags"] == tags
    ce.update_anomaly_monitor(MonitorArn=arn, MonitorName="n")
    assert ce.get_anomaly_monitors()["AnomalyMonitors"][0]["MonitorName"] == "n"
    ce.delete_anomaly_monitor(MonitorArn=arn)
    assert code_of(ce.get_anomaly_monitors, MonitorArnList=[arn]) == "UnknownMonitorException"


def test_an_anomaly_subscription_changes_what_is_given(aws: LocalAws) -> None:
    ce = aws.client("ce", "us-east-1")
    subscription = {
        "SubscriptionName": "s",
        "Frequency": "DAILY",
        "MonitorArnList": ["arn:aws:ce::111122223333:anomalymonitor/1"],
        "Subscribers": [{"Type": "EMAIL", "Address": "a@example.com"}],
    }
    arn = ce.create_anomaly_subscription(AnomalySubscription=subscription)["SubscriptionArn"]
    ce.update_anomaly_subscription(SubscriptionArn=arn, Frequency="WEEKLY")
    [found] = ce.get_anomaly_subscriptions(SubscriptionArnList=[arn])["AnomalySubscriptions"]
    assert (found["Frequency"], found["SubscriptionName"]) == ("WEEKLY", "s")
    ce.delete_anomaly_subscription(SubscriptionArn=arn)
    delete = ce.delete_anomaly_subscription
    assert code_of(delete, SubscriptionArn=arn) == "UnknownSubscriptionException"


def test_changing_a_feature_of_a_detector_leaves_the_others(aws: LocalAws) -> None:
    guardduty = aws.client("guardduty")
    logs = {"Name": "EKS_AUDIT_LOGS", "Status": "ENABLED"}
    detector = guardduty.create_detector(Enable=True, Features=[logs])["DetectorId"]
    runtime = {"Name": "RUNTIME_MONITORING", "Status": "ENABLED"}
    guardduty.update_detector(DetectorId=detector, Features=[runtime])
    found = guardduty.get_detector(DetectorId=detector)
    assert {one["Name"] for one in found["Features"]} == {logs["Name"], runtime["Name"]}
    assert found["Status"] == "ENABLED"


def test_runtime_monitoring_says_of_every_agent_whether_it_is_managed(aws: LocalAws) -> None:
    guardduty = aws.client("guardduty")
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    agent = {"Name": "EKS_ADDON_MANAGEMENT", "Status": "ENABLED"}
    runtime = {"Name": "RUNTIME_MONITORING", "Status": "ENABLED"}
    configured = {**runtime, "AdditionalConfiguration": [agent]}
    guardduty.update_detector(DetectorId=detector, Features=[configured])
    guardduty.update_detector(DetectorId=detector, Features=[runtime])
    [found] = guardduty.get_detector(DetectorId=detector)["Features"]
    assert {one["Name"]: one["Status"] for one in found["AdditionalConfiguration"]} == {
        "EC2_AGENT_MANAGEMENT": "DISABLED",
        "ECS_FARGATE_AGENT_MANAGEMENT": "DISABLED",
        "EKS_ADDON_MANAGEMENT": "ENABLED",
    }


def test_the_two_kinds_of_runtime_monitoring_are_refused_together(aws: LocalAws) -> None:
    guardduty = aws.client("guardduty")
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    features = [
        {"Name": name, "Status": "ENABLED"}
        for name in ("EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING")
    ]
    update = guardduty.update_detector
    assert code_of(update, DetectorId=detector, Features=features) == "BadRequestException"


def test_an_organizations_guardduty_is_configured_by_its_detector(aws: LocalAws) -> None:
    guardduty = aws.client("guardduty")
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    describe = guardduty.describe_organization_configuration
    assert describe(DetectorId=detector)["AutoEnableOrganizationMembers"] == "NONE"
    guardduty.update_organization_configuration(
        DetectorId=detector, AutoEnableOrganizationMembers="NEW"
    )
    found = describe(DetectorId=detector)
    assert (found["AutoEnableOrganizationMembers"], found["AutoEnable"]) == ("NEW", True)
    assert code_of(describe, DetectorId="0" * 32) == "BadRequestException"


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


def test_a_protected_table_cannot_be_deleted(aws: LocalAws) -> None:
    dynamodb = aws.client("dynamodb")
    dynamodb.create_table(
        TableName="lock",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        DeletionProtectionEnabled=True,
    )
    assert code_of(dynamodb.delete_table, TableName="lock") == "ValidationException"
    dynamodb.update_table(TableName="lock", DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName="lock")


def test_a_backup_plan_is_changed_under_its_id(aws: LocalAws) -> None:
    backup = aws.client("backup")
    vault = backup.create_backup_vault(BackupVaultName="vault")["BackupVaultArn"]
    backup.tag_resource(ResourceArn=vault, Tags={"a": "b"})
    assert backup.list_tags(ResourceArn=vault)["Tags"] == {"a": "b"}

    rule = {"RuleName": "daily", "TargetBackupVaultName": "vault"}
    made = backup.create_backup_plan(BackupPlan={"BackupPlanName": "p", "Rules": [rule]})
    changed = {**rule, "StartWindowMinutes": 60}
    backup.update_backup_plan(
        BackupPlanId=made["BackupPlanId"],
        BackupPlan={"BackupPlanName": "p", "Rules": [changed]},
    )
    found = backup.get_backup_plan(BackupPlanId=made["BackupPlanId"])
    assert found["BackupPlanArn"] == made["BackupPlanArn"]
    assert found["VersionId"] != made["VersionId"]
    assert found["BackupPlan"]["Rules"][0]["StartWindowMinutes"] == 60


def test_a_backup_selection_lives_in_its_plan(aws: LocalAws) -> None:
    backup = aws.client("backup")
    rule = {"RuleName": "daily", "TargetBackupVaultName": "vault"}
    plan = backup.create_backup_plan(BackupPlan={"BackupPlanName": "q", "Rules": [rule]})
    selection = {"SelectionName": "s", "IamRoleArn": "arn:aws:iam::111122223333:role/b"}
    made = backup.create_backup_selection(
        BackupPlanId=plan["BackupPlanId"], BackupSelection=selection
    )
    where = {"BackupPlanId": plan["BackupPlanId"], "SelectionId": made["SelectionId"]}
    assert backup.get_backup_selection(**where)["BackupSelection"] == selection
    (listed,) = backup.list_backup_selections(BackupPlanId=plan["BackupPlanId"])[
        "BackupSelectionsList"
    ]
    assert listed["SelectionName"] == "s"
    backup.delete_backup_selection(**where)
    assert code_of(backup.get_backup_selection, **where) == "ResourceNotFoundException"


def test_a_budget_keeps_its_subscribers_and_tags(aws: LocalAws) -> None:
    budgets = aws.client("budgets")
    budget = {"BudgetName": "b", "BudgetType": "COST", "TimeUnit": "MONTHLY"}
    limit = {"Amount": "100", "Unit": "USD"}
    notification = {
        "NotificationType": "ACTUAL",
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": 80.0,
        "ThresholdType": "PERCENTAGE",
    }
    subscriber = {"SubscriptionType": "EMAIL", "Address": "ops@example.com"}
    budgets.create_budget(
        AccountId=aws.account,
        Budget={**budget, "BudgetLimit": limit},
        NotificationsWithSubscribers=[{"Notification": notification, "Subscribers": [subscriber]}],
        ResourceTags=[{"Key": "a", "Value": "b"}],
    )
    found = budgets.describe_subscribers_for_notification(
        AccountId=aws.account, BudgetName="b", Notification=notification
    )
    assert found["Subscribers"] == [subscriber]
    arn = f"arn:aws:budgets::{aws.account}:budget/b"
    budgets.tag_resource(ResourceARN=arn, ResourceTags=[{"Key": "c", "Value": "d"}])
    budgets.untag_resource(ResourceARN=arn, ResourceTagKeys=["a"])
    tags = budgets.list_tags_for_resource(ResourceARN=arn)["ResourceTags"]
    assert tags == [{"Key": "c", "Value": "d"}]

    budgets.update_budget(
        AccountId=aws.account,
        NewBudget={**budget, "BudgetLimit": {"Amount": "200", "Unit": "USD"}},
    )
    changed = budgets.describe_budget(AccountId=aws.account, BudgetName="b")["Budget"]
    assert changed["BudgetLimit"]["Amount"] == "200"
    budgets.delete_budget(AccountId=aws.account, BudgetName="b")
    assert budgets.list_tags_for_resource(ResourceARN=arn)["ResourceTags"] == []


def test_a_file_system_keeps_its_policies(aws: LocalAws) -> None:
    efs = aws.client("efs")
    file_system = efs.create_file_system(CreationToken="t")["FileSystemId"]
    code = code_of(efs.describe_backup_policy, FileSystemId=file_system)
    assert code == "PolicyNotFound"
    for status in ("ENABLED", "DISABLED"):
        efs.put_backup_policy(FileSystemId=file_system, BackupPolicy={"Status": status})
        found = efs.describe_backup_policy(FileSystemId=file_system)
        assert found["BackupPolicy"]["Status"] == status

    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    efs.put_file_system_policy(FileSystemId=file_system, Policy=policy)
    efs.delete_file_system_policy(FileSystemId=file_system)
    assert code_of(efs.describe_file_system_policy, FileSystemId=file_system) == "PolicyNotFound"
    code = code_of(
        efs.put_backup_policy, FileSystemId="fs-00000000", BackupPolicy={"Status": "ENABLED"}
    )
    assert code == "FileSystemNotFound"


def test_a_trail_is_found_by_its_arn(aws: LocalAws) -> None:
    aws.client("s3").create_bucket(Bucket="trail")
    cloudtrail = aws.client("cloudtrail")
    arn = cloudtrail.create_trail(Name="main", S3BucketName="trail")["TrailARN"]
    cloudtrail.start_logging(Name=arn)
    assert cloudtrail.get_trail_status(Name=arn)["IsLogging"] is True
    cloudtrail.stop_logging(Name=arn)
    assert cloudtrail.get_trail_status(Name="main")["IsLogging"] is False
    cloudtrail.delete_trail(Name=arn)
    assert cloudtrail.list_trails()["Trails"] == []


def test_a_pull_through_cache_rule_lives_and_dies(aws: LocalAws) -> None:
    ecr = aws.client("ecr")
    rule = {"ecrRepositoryPrefix": "quay", "upstreamRegistryUrl": "quay.io"}
    ecr.create_pull_through_cache_rule(**rule)
    code = code_of(ecr.create_pull_through_cache_rule, **rule)
    assert code == "PullThroughCacheRuleAlreadyExistsException"
    credential = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/q"
    ecr.update_pull_through_cache_rule(ecrRepositoryPrefix="quay", credentialArn=credential)
    (found,) = ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"]
    assert (found["upstreamRegistryUrl"], found["credentialArn"]) == ("quay.io", credential)
    ecr.delete_pull_through_cache_rule(ecrRepositoryPrefix="quay")
    code = code_of(ecr.describe_pull_through_cache_rules, ecrRepositoryPrefixes=["quay"])
    assert code == "PullThroughCacheRuleNotFoundException"

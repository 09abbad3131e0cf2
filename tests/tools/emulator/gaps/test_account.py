"""What moto lacks of the services that watch an account: costs, threats and backups."""

from support.aws_errors import code_of
from tools.emulator import LocalAws


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


def test_runtime_monitoring_lists_whether_each_agent_is_managed(aws: LocalAws) -> None:
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


def test_both_runtime_monitoring_features_together_are_refused(aws: LocalAws) -> None:
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


def test_a_backup_selection_belongs_to_its_plan(aws: LocalAws) -> None:
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


def test_a_backup_vault_is_deleted_after_its_recovery_points(aws: LocalAws) -> None:
    backup = aws.client("backup")
    backup.create_backup_vault(BackupVaultName="v")
    arn = backup.start_backup_job(
        BackupVaultName="v",
        ResourceArn="arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-1",
        IamRoleArn="arn:aws:iam::111122223333:role/backup",
    )["RecoveryPointArn"]
    [found] = backup.list_recovery_points_by_backup_vault(BackupVaultName="v")["RecoveryPoints"]
    assert (found["RecoveryPointArn"], found["Status"]) == (arn, "COMPLETED")
    assert code_of(backup.delete_backup_vault, BackupVaultName="v") == "InvalidRequestException"
    point = {"BackupVaultName": "v", "RecoveryPointArn": arn}
    assert backup.describe_recovery_point(**point)["RecoveryPointArn"] == arn
    backup.delete_recovery_point(**point)
    assert code_of(backup.describe_recovery_point, **point) == "ResourceNotFoundException"
    backup.delete_backup_vault(BackupVaultName="v")


def test_a_new_account_has_small_quotas_until_an_increase_is_granted(aws: LocalAws) -> None:
    quotas = aws.client("service-quotas")
    vcpus = {"ServiceCode": "ec2", "QuotaCode": "L-1216C47A"}
    assert quotas.get_service_quota(**vcpus)["Quota"]["Value"] == 5
    quotas.request_service_quota_increase(**vcpus, DesiredValue=64)
    assert quotas.get_service_quota(**vcpus)["Quota"]["Value"] == 64
    assert quotas.get_aws_default_service_quota(**vcpus)["Quota"]["Value"] == 5
    lower = quotas.request_service_quota_increase
    assert code_of(lower, **vcpus, DesiredValue=8) == "IllegalArgumentException"
    unknown = {"ServiceCode": "ec2", "QuotaCode": "L-00000000"}
    assert code_of(quotas.get_service_quota, **unknown) == "NoSuchResourceException"

"""The account stack: cost alarms, GuardDuty and backups, where they are configured."""

import json
from pathlib import Path
from typing import Any

import pytest

from modules.network.endpoint_services import interface_services
from support.account import Made
from support.environments import environment, problems
from support.output import synthesized_output

EMAILS = ["platform@example.com"]
TOPIC = "${aws_sns_topic.cost_topic.arn}"
BACKUP = {"enabled": True}


def statements(policy: str) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}


def test_it_exists_only_where_a_feature_is_configured(tmp_path: Path) -> None:
    plain = synthesized_output(tmp_path / "plain", environment())
    assert "test-account" not in plain.names
    made = synthesized_output(tmp_path / "made", environment(guardduty={"enabled": True}))
    assert made.manifest["stacks"]["test-account"]["dependencies"] == ["test-state"]
    access = made.stack("test-state").resources("aws_iam_policy")
    own = statements(access["state_access_account"]["policy"])
    assert own["WriteState"]["Resource"].endswith("/test/account.tfstate")
    assert "ReadUpstreamState" not in own
    before = plain.stack("test-state").resources("aws_iam_policy")
    for name, policy in before.items():
        assert access[name] == policy


def test_a_budget_filters_by_the_environments_tag() -> None:
    budgets = {"month": {"monthly_usd": 900}, "all": {"monthly_usd": 5000, "whole_account": True}}
    made = Made(cost={"emails": EMAILS, "budgets": budgets}).of("aws_budgets_budget")
    month = made["budget_month"]
    assert (month["name"], month["limit_amount"], month["limit_unit"]) == (
        "test-month",
        "900",
        "USD",
    )
    assert month["cost_filter"] == [{"name": "TagKeyValue", "values": ["user:environment$test"]}]
    assert "cost_filter" not in made["budget_all"]


def test_a_budget_alerts_on_actual_and_forecast_costs() -> None:
    budget = {"monthly_usd": 900, "actual_percent": [90, 50], "forecast_percent": [110]}
    cost = {"emails": EMAILS, "topic": True, "budgets": {"month": budget}}
    told = Made(cost=cost).one("aws_budgets_budget")["notification"]
    assert [(one["notification_type"], one["threshold"]) for one in told] == [
        ("ACTUAL", 50),
        ("ACTUAL", 90),
        ("FORECASTED", 110),
    ]
    for one in told:
        assert one["subscriber_email_addresses"] == EMAILS
        assert one["subscriber_sns_topic_arns"] == [TOPIC]


def test_the_topic_is_encrypted_and_only_aws_cost_services_of_this_account_write_to_it() -> None:
    made = Made(cost={"topic": True})
    assert made.one("aws_sns_topic")["kms_master_key_id"] == "${aws_kms_key.cost_topic_key.arn}"
    for policy in (made.one("aws_sns_topic_policy"), made.one("aws_kms_key")):
        found = statements(policy["policy"])
        services = {found[sid]["Principal"]["Service"] for sid in ("Budgets", "Anomalies")}
        assert services == {"budgets.amazonaws.com", "costalerts.amazonaws.com"}
        for sid in ("Budgets", "Anomalies"):
            assert found[sid]["Condition"] == {
                "StringEquals": {"aws:SourceAccount": "123456789012"}
            }
    insecure = statements(made.one("aws_sns_topic_policy")["policy"])["DenyInsecureTransport"]
    assert insecure["Effect"] == "Deny"


def test_anomalies_are_sent_by_email_daily_and_to_the_topic_immediately() -> None:
    anomalies = {"enabled": True, "minimum_usd": 70, "minimum_percent": 30}
    made = Made(cost={"emails": EMAILS, "topic": True, "anomalies": anomalies})
    monitor = json.loads(made.one("aws_ce_anomaly_monitor")["monitor_specification"])
    assert monitor["Tags"] == {"Key": "environment", "MatchOptions": None, "Values": ["test"]}
    told = {one["frequency"]: one for one in made.of("aws_ce_anomaly_subscription").values()}
    assert told["DAILY"]["subscriber"] == [{"address": EMAILS[0], "type": "EMAIL"}]
    assert told["IMMEDIATE"]["subscriber"] == [{"address": TOPIC, "type": "SNS"}]
    for one in told.values():
        least = [part["dimension"] for part in one["threshold_expression"]["and"]]
        assert [(part["key"], part["values"]) for part in least] == [
            ("ANOMALY_TOTAL_IMPACT_ABSOLUTE", ["70"]),
            ("ANOMALY_TOTAL_IMPACT_PERCENTAGE", ["30"]),
        ]


def test_guardduty_reads_audit_logs_and_installs_its_agent() -> None:
    made = Made(guardduty={"enabled": True})
    assert made.one("aws_guardduty_detector")["enable"] is True
    features = {one["name"]: one for one in made.of("aws_guardduty_detector_feature").values()}
    assert features["EKS_AUDIT_LOGS"]["status"] == "ENABLED"
    runtime = features["RUNTIME_MONITORING"]
    assert runtime["status"] == "ENABLED"
    assert runtime["additional_configuration"] == [
        {"name": "EKS_ADDON_MANAGEMENT", "status": "ENABLED"}
    ]


def test_guardduty_agents_outside_eks_are_not_changed() -> None:
    made = Made(guardduty={"enabled": True})
    runtime = made.of("aws_guardduty_detector_feature")["guardduty_runtime_monitoring"]
    assert runtime["lifecycle"] == {"ignore_changes": ["additional_configuration"]}


def test_guardduty_is_enabled_for_the_organization_only_if_configured() -> None:
    made = Made(guardduty={"enabled": True, "organization_members": "all"})
    assert made.one("aws_guardduty_organization_configuration") == {
        "auto_enable_organization_members": "ALL",
        "detector_id": "${aws_guardduty_detector.guardduty_detector.id}",
    }
    assert not Made(guardduty={"enabled": True}).of("aws_guardduty_organization_configuration")


def test_member_accounts_get_the_same_features() -> None:
    kind = "aws_guardduty_organization_configuration_feature"

    def features(**settings: Any) -> dict[str, tuple[str, ...]]:
        made = Made(guardduty={"enabled": True, "organization_members": "new", **settings})
        return {
            each["name"]: (
                each["auto_enable"],
                *(agent["auto_enable"] for agent in each.get("additional_configuration", [])),
            )
            for each in made.of(kind).values()
        }

    assert features() == {"EKS_AUDIT_LOGS": ("NEW",), "RUNTIME_MONITORING": ("NEW", "NEW")}
    assert features(runtime_monitoring=False) == {
        "EKS_AUDIT_LOGS": ("NEW",),
        "RUNTIME_MONITORING": ("NONE", "NONE"),
    }
    assert not Made(guardduty={"enabled": True}).of(kind)


def test_guardduty_uses_an_existing_detector() -> None:
    id_ = "a" * 32
    settings = {"enabled": True, "detector": id_, "runtime_monitoring": False}
    made = Made(guardduty=settings)
    assert not made.of("aws_guardduty_detector")
    features = made.of("aws_guardduty_detector_feature").values()
    assert {one["detector_id"] for one in features} == {id_}
    assert {one["name"]: one["status"] for one in features} == {
        "EKS_AUDIT_LOGS": "ENABLED",
        "RUNTIME_MONITORING": "DISABLED",
    }


def test_guarddutys_agent_has_an_interface_endpoint() -> None:
    network = {"nat": "none", "interface_endpoints": "private_cluster"}
    assert "guardduty-data" not in interface_services(environment(network=network))
    watched = environment(network=network, guardduty={"enabled": True})
    assert "guardduty-data" in interface_services(watched)
    logs_only = {"enabled": True, "runtime_monitoring": False}
    assert "guardduty-data" not in interface_services(
        environment(network=network, guardduty=logs_only)
    )


def test_backups_are_encrypted_kept_and_found_by_tag() -> None:
    made = Made(backup={"enabled": True, "delete_after_days": 120, "cold_after_days": 30})
    assert made.one("aws_backup_vault")["kms_key_arn"] == "${aws_kms_key.backup_key.arn}"
    [rule] = made.one("aws_backup_plan")["rule"]
    assert rule["lifecycle"] == {"cold_storage_after": 30, "delete_after": 120}
    assert rule["schedule"] == "cron(0 3 * * ? *)"
    selection = made.one("aws_backup_selection")
    assert selection["resources"] == [
        "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/*"
    ]
    [condition] = selection["condition"]
    assert {one["key"]: one["value"] for one in condition["string_equals"]} == {
        "aws:ResourceTag/environment": "test",
        "aws:ResourceTag/managed-by": "eks-platform",
    }
    assert not made.of("aws_backup_vault_lock_configuration")


def test_backups_may_read_file_systems_and_write_the_environments_vaults_only() -> None:
    def allowed(**settings: Any) -> dict[str, Any]:
        made = Made(backup={"enabled": True, **settings})
        assert not made.of("aws_iam_role_policy_attachment")
        made_of = statements(made.one("aws_iam_role_policy")["policy"]).values()
        return {
            action: each["Resource"]
            for each in made_of
            for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
        }

    vault = "arn:aws:backup:{}:123456789012:backup-vault:test-backup"
    one = allowed()
    assert {action.partition(":")[0] for action in one} == {
        "elasticfilesystem",
        "backup",
        "kms",
        "tag",
    }
    assert one["elasticfilesystem:Backup"] == (
        "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/*"
    )
    assert one["backup:CopyIntoBackupVault"] == vault.format("eu-west-1")
    assert allowed(copy_region="eu-central-1")["backup:CopyIntoBackupVault"] == [
        vault.format("eu-west-1"),
        vault.format("eu-central-1"),
    ]


def test_backups_are_copied_to_another_region() -> None:
    made = Made(backup={"enabled": True, "copy_region": "eu-central-1"})
    copy = made.of("aws_backup_vault")["backup_copy_vault"]
    assert copy["provider"] == "aws.copy"
    assert copy["kms_key_arn"] == "${aws_kms_key.backup_copy_key.arn}"
    regions = {one.get("alias"): one["region"] for one in made.json["provider"]["aws"]}
    assert regions == {None: "eu-west-1", "copy": "eu-central-1"}
    [rule] = made.one("aws_backup_plan")["rule"]
    [action] = rule["copy_action"]
    assert action["destination_vault_arn"] == "${aws_backup_vault.backup_copy_vault.arn}"
    assert action["lifecycle"]["delete_after"] == 35


@pytest.mark.parametrize(("mode", "grace"), [("governance", None), ("compliance", 9)])
def test_a_locked_vault_keeps_its_copies(mode: str, grace: int | None) -> None:
    lock = {"mode": mode, "grace_days": 9}
    made = Made(backup={"enabled": True, "lock": lock})
    locked = made.one("aws_backup_vault_lock_configuration")
    assert locked["min_retention_days"] == 35
    assert locked.get("changeable_for_days") == grace


@pytest.mark.parametrize(
    ("path", "settings"),
    [
        ("cost.emails", {"cost": {"budgets": {"month": {"monthly_usd": 1}}}}),
        ("cost.emails", {"cost": {"anomalies": {"enabled": True}}}),
        (
            "cost.budgets.month",
            {
                "cost": {
                    "topic": True,
                    "budgets": {
                        "month": {"monthly_usd": 1, "actual_percent": [], "forecast_percent": []}
                    },
                }
            },
        ),
        ("guardduty.detector", {"guardduty": {"detector": "a" * 32}}),
        ("guardduty.organization_members", {"guardduty": {"organization_members": "new"}}),
        (
            "guardduty",
            {
                "guardduty": {
                    "enabled": True,
                    "detector": "a" * 32,
                    "audit_logs": False,
                    "runtime_monitoring": False,
                }
            },
        ),
        ("backup.enabled", {"backup": BACKUP, "cluster": {"efs": {"enabled": False}}}),
        ("backup.delete_after_days", {"backup": {**BACKUP, "cold_after_days": 30}}),
        ("backup.copy_region", {"backup": {**BACKUP, "copy_region": "eu-west-1"}}),
        ("backup.copy_region", {"backup": {**BACKUP, "copy_region": "us-gov-west-1"}}),
    ],
)
def test_settings_without_effect_or_meaning_are_refused(
    path: str, settings: dict[str, Any]
) -> None:
    [problem] = problems(environment(**settings))
    assert ".".join(map(str, problem.path)) == path


def test_budgets_are_refused_in_govcloud() -> None:
    settings = environment(
        region="us-gov-west-1",
        admins=["arn:aws-us-gov:iam::123456789012:role/admin"],
        cost={"topic": True, "anomalies": {"enabled": True}},
    )
    assert [problem.path for problem in problems(settings)] == [("cost",)]

"""Reports (I2): the bucket, the CronJobs, what their pods may reach, and how they are announced."""

import json
from pathlib import Path
from typing import Any

import pytest

from modules.addons.catalog import rendered
from modules.addons.monitoring.alertmanager import REPORT_ALERT, configuration
from modules.addons.monitoring.alerts import resources as alerts_and_dashboards
from modules.addons.reports.addon import ADDON
from modules.addons.reports.objects import program
from modules.addons.reports.program.announcement import ALERT
from modules.capacity.pods import pods
from modules.helm.contract import Context
from modules.storage.report_bucket import report_bucket
from support.environments import environment, refused, warned
from support.one_module import resources_of
from support.output import synthesized_output
from support.platform import Releases
from support.pod_security import pod_spec, violations

BUCKET = "test-reports-123456789012-eu-west-1"
MONTHS = {"monitoring": {"prometheus": {"retention_days": 40}}}
SLACK = {"slack": [{"url": "alerts-slack:url", "channel": "#reports"}]}


def on(**reports: Any) -> dict[str, Any]:
    return {"reports": {"enabled": True, **reports}}


def objects(
    platform: dict[str, Any] | None = None, settings: dict[str, Any] | None = None, **reports: Any
) -> dict[str, dict[str, Any]]:
    """The objects by kind and name."""
    made = environment(**(settings or {}), platform={**on(**reports), **(platform or {})})
    return {
        f"{each['kind']} {each['metadata']['name']}": dict(each)
        for each in rendered(made)["reports"].manifests
    }


def program_settings(**settings: Any) -> dict[str, Any]:
    """What the program is told."""
    made = objects(**settings)["ConfigMap report-settings"]["data"]
    return json.loads(made["settings.json"])


def pod(**settings: Any) -> dict[str, Any]:
    return dict(pod_spec(objects(**settings)["CronJob report-weekly"]) or {})


def test_there_are_no_reports_by_default(tmp_path: Path) -> None:
    output = synthesized_output(tmp_path, environment())
    assert output.stack("test-network").resources("aws_s3_bucket") == {}
    assert "reports" not in rendered(environment())


def test_the_bucket_outlives_the_cluster_and_expires_reports(tmp_path: Path) -> None:
    made = environment(platform=on(bucket={"retention_days": 90}))
    network = synthesized_output(tmp_path, made).stack("test-network")
    assert network.resources("aws_s3_bucket")["reports"]["bucket"] == BUCKET
    bucket = resources_of(lambda stack: report_bucket(stack, made))
    [rule] = bucket["aws_s3_bucket_lifecycle_configuration"]["reports_lifecycle"]["rule"]
    assert rule["expiration"] == [{"days": 90}]
    [rule] = bucket["aws_s3_bucket_server_side_encryption_configuration"]["reports_encryption"][
        "rule"
    ]
    default = rule["apply_server_side_encryption_by_default"]
    assert default["kms_master_key_id"] == "${aws_kms_key.reports_key.arn}"


def test_the_role_may_store_reports_of_its_cluster_and_nothing_else() -> None:
    [statements] = ADDON.policies(environment(platform=on())).values()
    assert {
        (action, resource)
        for each in statements
        for action in each.actions
        for resource in each.resources
    } == {
        ("s3:PutObject", f"arn:aws:s3:::{BUCKET}/test/*"),
        ("kms:GenerateDataKey", "arn:aws:kms:eu-west-1:123456789012:key/*"),
    }
    [key] = [each for each in statements if each.sid == "Key"]
    assert key.conditions["ForAnyValue:StringEquals"] == {
        "kms:ResourceAliases": "alias/test-reports"
    }
    assert program_settings()["bucket"] == BUCKET
    assert program_settings()["prefix"] == "test"


@pytest.mark.parametrize("identity", ["pod_identity", "irsa"])
def test_the_pod_gets_the_role_and_no_token_of_the_kubernetes_api(identity: str) -> None:
    cluster = {"identity": identity}
    made = Releases(environment(cluster=cluster, platform=on()))
    [account] = [
        each for each in made.values("reports")["resources"] if each["kind"] == "ServiceAccount"
    ]
    assert account["automountServiceAccountToken"] is False
    assert pod()["automountServiceAccountToken"] is False
    assert pod()["serviceAccountName"] == account["metadata"]["name"]
    if identity == "irsa":
        role = "${aws_iam_role.reports_role.arn}"
        assert account["metadata"]["annotations"] == {"eks.amazonaws.com/role-arn": role}
    else:
        association = made.of("aws_eks_pod_identity_association")["reports_role_association"]
        assert association["namespace"] == "reports"
        assert association["service_account"] == "reports"
    assert "helm_release.kube_prometheus_stack" in made.before("reports")


def test_the_pod_meets_the_restricted_level_and_cannot_write() -> None:
    assert list(violations(pod(), "restricted")) == []
    [container] = pod(memory="512Mi")["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["resources"]["limits"] == {"memory": "512Mi"}
    assert all(mount["readOnly"] for mount in container["volumeMounts"])
    namespace = Releases(environment(platform=on())).of("kubernetes_namespace_v1")
    labels = namespace["namespace_reports"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_the_image_comes_from_the_version_table_and_from_a_mirror() -> None:
    def image(**platform: Any) -> str:
        return pod(platform=platform)["containers"][0]["image"]

    path = "docker/library/python:3.14.7-slim-trixie"
    assert image() == f"public.ecr.aws/{path}"
    assert image(charts={"image_registry": "registry.example"}) == f"registry.example/{path}"


def test_the_pod_has_the_whole_program_and_helm_can_store_it() -> None:
    made = objects()["ConfigMap report-program"]["data"]
    assert made == program()
    assert {"__main__.py", "queries.py", "page.css"} <= set(made)
    text = Releases(environment(platform=on())).text("reports")
    reads = json.loads(text.replace("$${", "${").replace("%%{", "%{"))["resources"]
    assert [each for each in reads if each.get("data") == made]
    # Helm stores it twice: in the values and in the objects.
    assert sum(map(len, made.values())) < 1024 * 1024 / 4


def test_reports_are_made_at_the_times_of_their_time_zone() -> None:
    weekly = objects(time_zone="Europe/Dublin")["CronJob report-weekly"]["spec"]
    assert (weekly["schedule"], weekly["timeZone"]) == ("0 6 * * 1", "Europe/Dublin")
    assert "CronJob report-monthly" not in objects()
    both = objects(monthly={"enabled": True, "cron": "0 5 2 * *"})
    assert both["CronJob report-monthly"]["spec"]["schedule"] == "0 5 2 * *"
    assert pod_spec(both["CronJob report-monthly"])["containers"][0]["command"][-1] == "monthly"  # type: ignore[index]


def test_the_network_policy_selects_the_pod() -> None:
    [traffic] = ADDON.traffic(Context(environment(platform=on()), "reports"))
    template = objects()["CronJob report-weekly"]["spec"]["jobTemplate"]["spec"]["template"]
    assert template["metadata"]["labels"] == traffic.labels


def test_the_program_is_told_teams_and_what_is_not_installed() -> None:
    teams = {"shop": {"namespaces": {"shop": {}, "shop-jobs": {}}}}
    made = program_settings(settings={"teams": teams})
    assert made["teams"] == {"shop": ["shop", "shop-jobs"]}
    assert made["controller"] == "nginx"
    assert set(made["left_out"]) == {"backups", "cost"}
    both = {"velero": {"enabled": True}, "opencost": {"enabled": True}}
    assert set(program_settings(platform=both)["left_out"]) == {"teams"}
    other = {"monitoring": {"namespace": "metrics"}}
    assert program_settings(platform=other)["prometheus"] == (
        "http://kube-prometheus-stack-prometheus.metrics.svc:9090"
    )
    assert program_settings(announcement={"enabled": False})["alertmanager"] == ""


@pytest.mark.parametrize(
    ("region", "s3", "console"),
    [
        ("eu-west-1", "https://s3.eu-west-1.amazonaws.com", "eu-west-1.console.aws.amazon.com"),
        ("cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn", "console.amazonaws.cn"),
    ],
)
def test_addresses_are_those_of_the_partition(region: str, s3: str, console: str) -> None:
    partition = "aws-cn" if region.startswith("cn-") else "aws"
    admins = [f"arn:{partition}:iam::123456789012:role/platform-admin"]
    made = program_settings(settings={"region": region, "admins": admins})
    assert made["s3"] == s3
    bucket = f"test-reports-123456789012-{region}"
    assert made["console"] == f"https://{console}/s3/object/{bucket}?region={region}"


PICTURES = {
    "token": "grafana-reports:token",
    "panels": [{"title": "Nodes", "dashboard": "platform-karpenter", "panel": 1}],
}
RENDERER = {"monitoring": {"grafana": {"image_renderer": {"enabled": True}}}}


def test_pictures_come_from_grafana_with_a_token_of_a_secret() -> None:
    settings = {"platform": RENDERER, "pictures": PICTURES}
    told = program_settings(**settings)
    assert told["grafana"] == "http://kube-prometheus-stack-grafana.monitoring.svc"
    assert told["panels"] == [
        {
            "title": "Nodes",
            "dashboard": "platform-karpenter",
            "panel": 1,
            "width": 1000,
            "height": 400,
        }
    ]
    [token] = [each for each in pod(**settings)["containers"][0]["env"] if "valueFrom" in each]
    reference = {"name": "grafana-reports", "key": "token", "optional": True}
    assert token["valueFrom"] == {"secretKeyRef": reference}
    made = rendered(environment(platform={**RENDERER, **on(pictures=PICTURES)}))
    [secret] = made["reports-prerequisites"].manifests
    assert (secret["kind"], secret["metadata"]["namespace"]) == ("ExternalSecret", "reports")
    assert program_settings()["panels"] == []


def test_grafana_gets_a_renderer_that_only_it_can_use() -> None:
    made = rendered(environment(platform=RENDERER))
    renderer = made["kube-prometheus-stack"].values["grafana"]["imageRenderer"]
    assert renderer["image"]["tag"] == "v5.12.5"
    assert renderer["networkPolicy"] == {"limitIngress": True, "limitEgress": True}
    secrets = made["kube-prometheus-stack-prerequisites"].manifests
    [secret] = [
        each
        for each in secrets
        if each["kind"] == "ExternalSecret"
        and each["metadata"]["name"] == renderer["existingSecret"]
    ]
    assert set(secret["spec"]["target"]["template"]["data"]) == {"token"}
    counted = {each.name: each for each in pods(environment(platform=RENDERER))}
    assert counted["image-renderer"].each.memory == 1024**3
    off = rendered(environment())["kube-prometheus-stack"].values["grafana"]["imageRenderer"]
    assert off == {"enabled": False}
    assert "image-renderer" not in {each.name for each in pods(environment())}


def test_capacity_counts_the_pod_as_a_job() -> None:
    [found] = [each for each in pods(environment(platform=on())) if each.addon == "reports"]
    assert (found.job, found.where) == (True, "system nodes")
    assert found.each.memory == 256 * 1024**2


def alertmanager(**announcement: Any) -> dict[str, Any]:
    receivers = {"receivers": {"team": SLACK}, "default_receiver": "team"}
    platform = {"monitoring": {"alertmanager": receivers}, **on(announcement=announcement)}
    return configuration(environment(platform=platform))


def test_announcements_go_to_their_receiver_before_all_routes_and_once() -> None:
    made = alertmanager(receiver="team")
    route = made["route"]["routes"][2]
    assert route["matchers"] == [f'alertname = "{ALERT}"']
    assert ALERT == REPORT_ALERT
    of_team, of_reports = made["receivers"][1:]
    assert (of_team["name"], of_reports["name"]) == ("team", route["receiver"])
    [slack] = of_reports["slack_configs"]
    assert slack == {**of_team["slack_configs"][0], "send_resolved": False}


@pytest.mark.parametrize("announcement", [{}, {"enabled": False}])
def test_without_a_receiver_of_their_own_they_take_the_routes(announcement: Any) -> None:
    made = alertmanager(**announcement)
    assert [each["name"] for each in made["receivers"]] == ["null", "team"]
    assert len(made["route"]["routes"]) == 2


def test_alerts_follow_namespace_and_schedules() -> None:
    platform = {
        **MONTHS,
        **on(namespace="platform-reports", monthly={"enabled": True}, weekly={"enabled": False}),
    }
    context = Context(environment(platform=platform), "monitoring")
    [group] = [
        group
        for each in alerts_and_dashboards(context)
        if each["metadata"]["name"] == "platform-reports"
        for group in each["spec"]["groups"]
    ]
    [failed, overdue] = group["rules"]
    assert 'namespace="platform-reports", job_name=~"report-monthly-.+"' in failed["expr"]
    # 31 days and twelve hours.
    assert overdue["expr"].endswith(f"> {(31 * 24 + 12) * 3600}")
    assert "for 756 hours" in overdue["annotations"]["description"]


def test_a_report_without_a_receiver_is_warned_of() -> None:
    path = ("platform", "reports", "announcement")
    assert path in warned(platform=on())
    assert path not in warned(platform=on(announcement={"enabled": False}))
    receivers = {"receivers": {"team": SLACK}, "default_receiver": "team"}
    assert path not in warned(platform={**on(), "monitoring": {"alertmanager": receivers}})


def test_reports_need_monitoring() -> None:
    made = refused(platform={**on(), "monitoring": {"enabled": False}})
    assert "must not be false" in made["platform", "monitoring", "enabled"]
    assert refused(platform={**on(), **MONTHS}) == {}

"""Metrics in Amazon Managed Service for Prometheus (L11): roles, remote write, workspace."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from config.derived.providers import aws_constraint
from modules.addons.catalog import rendered
from modules.addons.monitoring.traffic import traffic
from modules.helm.contract import Context
from modules.storage.amp_workspace import amp_workspace
from support.environments import environment, warned
from support.one_module import Resources, resources_of
from support.output import Output, Stack, synthesized_output
from support.platform import Releases

ID = "ws-01234567-89ab-cdef-0123-456789abcdef"
OTHER = f"arn:aws:aps:eu-central-1:210987654321:workspace/{ID}"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
ROLES = ("prometheus_amp_role", "grafana_amp_role")


def on(prometheus: dict[str, Any] | None = None, **amp: Any) -> dict[str, Any]:
    return {"monitoring": {"prometheus": prometheus or {}, "amp": {"enabled": True, **amp}}}


def values(platform: dict[str, Any]) -> dict[str, Any]:
    return rendered(environment(platform=platform))["kube-prometheus-stack"].values


def spec(**amp: Any) -> dict[str, Any]:
    return values(on(**amp))["prometheus"]["prometheusSpec"]


def workspace(**amp: Any) -> Resources:
    made = environment(platform=on(**amp))
    return resources_of(lambda stack: amp_workspace(stack, made))


def statements(stack: Stack, name: str) -> list[dict[str, Any]]:
    [policy] = [
        body["policy"]
        for key, body in stack.resources("aws_iam_policy").items()
        if key.startswith(name)
    ]
    return json.loads(policy)["Statement"]


def test_prometheus_and_grafana_may_use_their_workspace_only(output: Output) -> None:
    """Each with a role of its own, and with the key through the service only."""
    stack = output.stack("amp-platform")
    allowed = {name: statements(stack, name) for name in ROLES}
    arn = "${data.terraform_remote_state.network.outputs.amp_workspace_arn}"
    write, query = (allowed[name][0] for name in ROLES)
    assert (write["Action"], write["Resource"]) == ("aps:RemoteWrite", arn)
    assert query["Resource"] == arn
    assert "aps:QueryMetrics" in query["Action"]
    assert "aps:RemoteWrite" not in query["Action"]
    for name in ROLES:
        [_, key] = allowed[name]
        assert key["Condition"] == {
            "StringEquals": {"kms:ViaService": "aps.eu-west-1.amazonaws.com"},
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/amp-amp"},
        }
    release = stack.resources("helm_release")["kube_prometheus_stack"]
    associations = {f"aws_eks_pod_identity_association.{name}_association" for name in ROLES}
    assert associations <= set(release["depends_on"])


@pytest.mark.parametrize("identity", ["pod_identity", "irsa"])
def test_the_service_accounts_have_their_roles(identity: str) -> None:
    """Alertmanager has none: it publishes to no topic. New roles make new pods."""
    made = Releases(environment(cluster={"identity": identity}, platform=on()))
    found = made.values("kube-prometheus-stack")
    irsa = identity == "irsa"
    for part, name in (("prometheus", ROLES[0]), ("grafana", ROLES[1])):
        annotations = found[part].get("serviceAccount", {}).get("annotations", {})
        wanted = {"eks.amazonaws.com/role-arn": f"${{aws_iam_role.{name}.arn}}"} if irsa else {}
        assert annotations == wanted
    assert found["alertmanager"]["serviceAccount"]["annotations"] == {}
    pods = found["prometheus"]["prometheusSpec"]["podMetadata"]["annotations"]
    assert pods == {"platform/aws-role": "test-prometheus-amp"}
    assert found["grafana"]["podAnnotations"] == {"platform/aws-role": "test-grafana-amp"}


def test_alertmanager_keeps_its_own_role_beside_them() -> None:
    topic = {"sns": [{"topic_arn": "arn:aws:sns:eu-west-1:123456789012:alerts"}]}
    platform = on()
    platform["monitoring"]["alertmanager"] = {"receivers": {"alerts": topic}}
    made = Releases(environment(cluster={"identity": "irsa"}, platform=platform))
    account = made.values("kube-prometheus-stack")["alertmanager"]["serviceAccount"]
    arn = account["annotations"]["eks.amazonaws.com/role-arn"]
    assert arn == "${aws_iam_role.kube_prometheus_stack_role.arn}"


def test_samples_of_two_replicas_are_one_series_of_their_cluster() -> None:
    made = spec()
    assert made["replicaExternalLabelName"] == "__replica__"
    assert made["externalLabels"] == {
        "cluster": "test",
        "environment": "test",
        "region": "eu-west-1",
    }
    assert "replicaExternalLabelName" not in values({})["prometheus"]["prometheusSpec"]
    assert "region" not in values({})["prometheus"]["prometheusSpec"]["externalLabels"]


def test_only_the_listed_metrics_are_written() -> None:
    [write] = spec(metrics=["up", "kube_*"])["remoteWrite"]
    [rule] = write["writeRelabelConfigs"]
    assert (rule["action"], rule["sourceLabels"]) == ("keep", ["__name__"])
    kept = {name for name in ("up", "up_x", "kube_pod_info") if re.fullmatch(rule["regex"], name)}
    assert kept == {"up", "kube_pod_info"}
    [everything] = spec()["remoteWrite"]
    assert "writeRelabelConfigs" not in everything


def test_the_queue_is_that_of_the_setting() -> None:
    [write] = spec(queue={"max_shards": 5, "capacity": 9000})["remoteWrite"]
    queue = {"maxShards": 5, "capacity": 9000, "maxSamplesPerSend": 1000}
    assert write["queueConfig"] == queue


@pytest.mark.parametrize(
    ("workspace", "region"), [(ID, "eu-west-1"), (OTHER, "eu-central-1")], ids=["id", "ARN"]
)
def test_a_workspace_that_exists_is_used(workspace: str, region: str, tmp_path: Path) -> None:
    """Requests are signed for its region, and the network stack creates none."""
    made = environment(platform=on(workspace=workspace))
    found = rendered(made)["kube-prometheus-stack"].values
    url = f"https://aps-workspaces.{region}.amazonaws.com/workspaces/{ID}/"
    [write] = found["prometheus"]["prometheusSpec"]["remoteWrite"]
    assert write["url"] == f"{url}api/v1/remote_write"
    assert write["sigv4"] == {"region": region}
    [source] = found["grafana"]["additionalDataSources"]
    assert (source["url"], source["jsonData"]["sigV4Region"]) == (url, region)
    output = synthesized_output(tmp_path, made)
    assert output.stack("test-network").resources("aws_prometheus_workspace") == {}
    [write, _] = statements(output.stack("test-platform"), ROLES[0])
    account = "123456789012" if workspace == ID else "210987654321"
    assert write["Resource"] == f"arn:aws:aps:{region}:{account}:workspace/{ID}"


def test_grafana_installs_the_data_source_with_signatures() -> None:
    grafana = values(on())["grafana"]
    assert grafana["plugins"] == ["grafana-amazonprometheus-datasource@3.3.5"]
    [source] = grafana["additionalDataSources"]
    assert source["type"] == "grafana-amazonprometheus-datasource"
    assert source["jsonData"]["sigV4Auth"] is True
    assert grafana["grafana.ini"]["auth"] == {"sigv4_auth_enabled": True}
    copy = "https://files.example.com/plugin.zip"
    [plugin] = values(on(data_source={"plugin_url": copy}))["grafana"]["plugins"]
    assert plugin.endswith(f"@3.3.5@{copy}")


def test_without_the_data_source_grafana_has_no_role(tmp_path: Path) -> None:
    made = environment(platform=on(data_source={"enabled": False}))
    found = rendered(made)["kube-prometheus-stack"].values["grafana"]
    assert {"plugins", "additionalDataSources", "podAnnotations"} & set(found) == set()
    stack = synthesized_output(tmp_path, made).stack("test-platform")
    assert {name for name in ROLES if name in stack.resources("aws_iam_role")} == {ROLES[0]}


def test_network_policies_let_both_reach_aws() -> None:
    def reach(platform: dict[str, Any]) -> set[str]:
        context = Context(environment(platform=platform), "monitoring")
        return {pods.name for pods in traffic(context) if pods.aws}

    assert reach(on()) == {"prometheus", "grafana"}
    assert reach(on(data_source={"enabled": False})) == {"prometheus"}
    assert reach({}) == set()


def test_the_created_workspace_is_encrypted_protected_and_keeps_metrics() -> None:
    made = workspace(retention_days=400)
    amp = made["aws_prometheus_workspace"]["amp"]
    assert amp["kms_key_arn"] == "${aws_kms_key.amp_key.arn}"
    assert amp["alias"] == "test"
    assert "logging_configuration" not in amp
    configuration = made["aws_prometheus_workspace_configuration"]["amp_configuration"]
    assert configuration["retention_period_in_days"] == 400
    for protected in (amp, made["aws_kms_key"]["amp_key"]):
        assert protected["lifecycle"] == {"prevent_destroy": True}


def test_the_created_workspace_can_have_a_given_key_and_a_log() -> None:
    made = workspace(kms_key=KEY, log_retention_days=30, force_destroy=True)
    amp = made["aws_prometheus_workspace"]["amp"]
    assert amp["kms_key_arn"] == KEY
    assert "lifecycle" not in amp
    assert "amp_key" not in made["aws_kms_key"]
    log = {"log_group_arn": "${aws_cloudwatch_log_group.amp_logs.arn}:*"}
    assert amp["logging_configuration"] == log
    group = made["aws_cloudwatch_log_group"]["amp_logs"]
    assert group["retention_in_days"] == 30
    assert group["kms_key_id"] == "${aws_kms_key.amp_logs_key.arn}"


def test_the_provider_knows_the_retention_of_workspaces() -> None:
    assert aws_constraint(environment(platform=on())).startswith(">= 5.100,")
    given = environment(platform=on(workspace=ID))
    assert aws_constraint(given) == aws_constraint(environment())


@pytest.mark.parametrize(
    ("days", "hours", "retention"), [(15, None, "15d"), (15, 6, "6h"), (3, 48, "2d")]
)
def test_prometheus_keeps_metrics_for_the_local_retention(
    days: int, hours: int | None, retention: str
) -> None:
    amp = {"local_retention_hours": hours} if hours else {}
    made = values(on({"retention_days": days}, **amp))
    assert made["prometheus"]["prometheusSpec"]["retention"] == retention


def test_a_private_vpc_has_an_endpoint_of_the_region_of_the_workspace(
    output: Output, tmp_path: Path
) -> None:
    endpoints = output.stack("amp-network").resources("aws_vpc_endpoint")
    service = endpoints["aps_workspaces_endpoint"]["service_name"]
    assert service == "com.amazonaws.eu-west-1.aps-workspaces"
    network = {"interface_endpoints": "private_cluster"}
    made = environment(platform=on(workspace=OTHER), network=network)
    elsewhere = synthesized_output(tmp_path, made).stack("test-network")
    assert "aps_workspaces_endpoint" not in elsewhere.resources("aws_vpc_endpoint")


def test_what_is_unwise_is_warned_of() -> None:
    private = {"nat": "none", "interface_endpoints": "private_cluster"}
    amp = ("platform", "monitoring", "amp")
    assert list(warned(platform=on(workspace=OTHER))) == [(*amp, "workspace")]
    assert (*amp, "data_source", "plugin_url") in warned(platform=on(), network=private)
    assert list(warned(platform=on(queue={"capacity": 500}))) == [(*amp, "queue", "capacity")]
    assert list(warned(platform=on())) == []

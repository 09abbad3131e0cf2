"""Tracing (I7): Tempo and its bucket, the collector, sampling, and traces of the mesh."""

import json
from pathlib import Path
from typing import Any

import pytest

from modules.addons.catalog import rendered
from modules.addons.tracing.addon import TEMPO
from modules.storage.trace_bucket import trace_bucket
from support.environments import environment, refused, warned
from support.one_module import Resources, resources_of
from support.output import synthesized_output
from support.platform import Releases

BUCKET = "test-traces-123456789012-eu-west-1"
MESH = {"istio": {"enabled": True}}


def on(**tracing: Any) -> dict[str, Any]:
    return {"tracing": {"enabled": True, **tracing}}


def values(name: str, platform: dict[str, Any] | None = None, **tracing: Any) -> dict[str, Any]:
    return rendered(environment(platform={**on(**tracing), **(platform or {})}))[name].values


def collector(platform: dict[str, Any] | None = None, **sampling: Any) -> dict[str, Any]:
    """The configuration of the collector."""
    return values("otel-collector", platform, sampling=sampling)["config"]


def mesh(**sampling: Any) -> dict[str, Any]:
    """What the mesh is told to trace and to log."""
    made = rendered(environment(platform={**on(sampling=sampling), **MESH}))
    [telemetry] = made["otel-collector-resources"].manifests
    assert telemetry["metadata"]["namespace"] == "istio-system"
    return telemetry["spec"]


def bucket(**tracing: Any) -> Resources:
    made = environment(platform=on(**tracing))
    return resources_of(lambda stack: trace_bucket(stack, made))


def test_nothing_is_traced_by_default(tmp_path: Path) -> None:
    made = rendered(environment(platform=MESH))
    assert not {"tempo", "otel-collector"} & set(made)
    assert made["istiod"].values["meshConfig"] == {"enablePrometheusMerge": True}
    network = synthesized_output(tmp_path, environment()).stack("test-network")
    assert network.resources("aws_s3_bucket") == {}


def test_the_bucket_of_traces_outlives_the_cluster(tmp_path: Path) -> None:
    made = synthesized_output(tmp_path, environment(platform=on()))
    assert "traces" in made.stack("test-network").resources("aws_s3_bucket")


def test_the_bucket_has_a_key_of_its_own_and_expires_what_tempo_missed() -> None:
    made = bucket(retention_hours=25)
    assert made["aws_s3_bucket"]["traces"]["bucket"] == BUCKET
    [rule] = made["aws_s3_bucket_server_side_encryption_configuration"]["traces_encryption"]["rule"]
    default = rule["apply_server_side_encryption_by_default"]
    assert default["kms_master_key_id"] == "${aws_kms_key.traces_key.arn}"
    [rule] = made["aws_s3_bucket_lifecycle_configuration"]["traces_lifecycle"]["rule"]
    assert rule["expiration"] == [{"days": 2 + 7}]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 1}]
    assert values("tempo", retention_hours=25)["tempo"]["retention"] == "25h"


def test_tempo_may_use_its_bucket_and_key_and_nothing_else() -> None:
    [statements] = TEMPO.policies(environment(platform=on())).values()
    resources = {resource for statement in statements for resource in statement.resources}
    assert resources == {
        f"arn:aws:s3:::{BUCKET}",
        f"arn:aws:s3:::{BUCKET}/*",
        "arn:aws:kms:eu-west-1:123456789012:key/*",
    }
    [key] = [statement for statement in statements if statement.sid == "Key"]
    assert key.conditions == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/test-traces"},
        "StringEquals": {"kms:ViaService": ["s3.eu-west-1.amazonaws.com"]},
    }


@pytest.mark.parametrize("identity", ["pod_identity", "irsa"])
def test_tempo_gets_its_role_by_its_service_account(identity: str) -> None:
    made = Releases(environment(cluster={"identity": identity}, platform=on()))
    account = made.values("tempo")["serviceAccount"]
    if identity == "irsa":
        role = "${aws_iam_role.tempo_role.arn}"
        assert account["annotations"] == {"eks.amazonaws.com/role-arn": role}
    else:
        association = made.of("aws_eks_pod_identity_association")["tempo_role_association"]
        assert association["namespace"] == "tracing"
        assert association["service_account"] == account["name"]
    assert "helm_release.network_policies" in made.before("tempo")


def test_traces_are_in_the_bucket_of_the_region_without_a_key_in_the_values() -> None:
    trace = values("tempo")["tempo"]["storage"]["trace"]
    assert trace["backend"] == "s3"
    assert trace["s3"] == {
        "bucket": BUCKET,
        "region": "eu-west-1",
        "endpoint": "s3.eu-west-1.amazonaws.com",
    }
    beijing = {
        "region": "cn-north-1",
        "admins": ["arn:aws-cn:iam::123456789012:role/platform-admin"],
    }
    made = rendered(environment(**beijing, platform=on()))["tempo"].values
    assert made["tempo"]["storage"]["trace"]["s3"]["endpoint"] == ("s3.cn-north-1.amazonaws.com.cn")


def test_every_replica_of_prometheus_gets_the_metrics_of_the_service_graph() -> None:
    """Each replica answers alone, and the Service would reach one of them."""
    three = {"monitoring": {"namespace": "metrics", "prometheus": {"replicas": 3}}}
    generator = values("tempo", three)["tempo"]["metricsGenerator"]
    assert [each["url"] for each in generator["storage"]["remote_write"]] == [
        f"http://prometheus-kube-prometheus-stack-prometheus-{index}"
        ".prometheus-operated.metrics.svc:9090/api/v1/write"
        for index in range(3)
    ]
    spec = values("kube-prometheus-stack")["prometheus"]["prometheusSpec"]
    assert spec["enableRemoteWriteReceiver"] is True
    assert spec["enableFeatures"] == ["exemplar-storage"]


@pytest.mark.parametrize("tracing", [{"enabled": False}, {"enabled": True, "service_graph": False}])
def test_prometheus_accepts_writes_only_for_the_service_graph(tracing: dict[str, Any]) -> None:
    made = rendered(environment(platform={"tracing": tracing}))
    spec = made["kube-prometheus-stack"].values["prometheus"]["prometheusSpec"]
    assert "enableRemoteWriteReceiver" not in spec
    if tracing["enabled"]:
        assert "metricsGenerator" not in made["tempo"].values["tempo"]


@pytest.mark.parametrize("platform", [{}, MESH])
@pytest.mark.parametrize("method", [None, "probabilistic", "tail"])
def test_pipelines_consist_of_parts_that_exist(
    platform: dict[str, Any], method: str | None
) -> None:
    """The collector does not start with a part that is missing, and ignores one that is unused."""
    config = collector(platform, method=method)
    pipelines = [each for each in config["service"]["pipelines"].values() if each]
    by_default = {"otlp", "memory_limiter", "batch"}
    for kind in ("receivers", "processors", "exporters"):
        used = {part for pipeline in pipelines for part in pipeline[kind]}
        assert used - by_default == {name for name, part in config[kind].items() if part}
    assert config["exporters"]["otlp_grpc/tempo"]["endpoint"] == "tempo.tracing.svc:4317"


def test_without_the_mesh_the_collector_keeps_a_percentage_by_trace_id() -> None:
    config = collector(percentage=12.5)
    assert config["processors"]["probabilistic_sampler"] == {"sampling_percentage": 12.5}
    assert _ratio(config) == 0.125
    assert "otel-collector-resources" not in rendered(environment(platform=on()))


def test_with_the_mesh_the_first_proxy_decides_and_the_collector_keeps_all() -> None:
    spec = mesh(percentage=0.5)
    assert spec["tracing"] == [
        {"providers": [{"name": "platform-tracing"}], "randomSamplingPercentage": 0.5}
    ]
    config = collector(MESH, percentage=0.5)
    assert set(config["processors"]) == {"resource/ratio"}
    assert _ratio(config) == 0.005


@pytest.mark.parametrize("method", ["probabilistic", "tail"])
def test_where_the_collector_decides_the_mesh_sends_all(method: str) -> None:
    assert mesh(method=method)["tracing"][0]["randomSamplingPercentage"] == 100


def test_tail_keeps_errors_and_slow_traces_whole() -> None:
    config = collector(method="tail", percentage=5, slow_ms=300, wait_seconds=20)
    tail = config["processors"]["tail_sampling"]
    assert tail["decision_wait"] == "20s"
    policies = {each["name"]: each[each["type"]] for each in tail["policies"]}
    assert policies == {
        "errors": {"status_codes": ["ERROR"]},
        "slow": {"threshold_ms": 300},
        "percentage": {"sampling_percentage": 5},
    }
    pipelines = config["service"]["pipelines"]
    assert pipelines["traces"]["exporters"] == ["loadbalancing"]
    assert "tail_sampling" in pipelines["traces/routed"]["processors"]
    assert config["exporters"]["loadbalancing"]["routing_key"] == "traceID"


def test_for_tail_a_span_finds_the_replica_of_its_trace() -> None:
    """A headless Service has the addresses of all replicas."""
    made = rendered(environment(platform=on(sampling={"method": "tail"})))
    [service] = made["otel-collector-prerequisites"].manifests
    assert service["spec"]["clusterIP"] == "None"
    name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
    release = made["otel-collector"].values
    dns = release["config"]["exporters"]["loadbalancing"]["resolver"]["dns"]
    assert dns["hostname"] == f"{name}.{namespace}.svc.cluster.local"
    [port] = service["spec"]["ports"]
    assert dns["port"] == str(port["port"])
    assert release["ports"]["otlp-routed"]["containerPort"] == port["port"]
    receiver = release["config"]["receivers"]["otlp/routed"]["protocols"]["grpc"]["endpoint"]
    assert receiver.endswith(f":{port['port']}")
    assert release["resources"]["limits"]["memory"] == "2Gi"


def test_numbers_of_requests_are_divided_by_the_ratio_where_it_is_known() -> None:
    def keys(**sampling: Any) -> list[Any]:
        generator = values("tempo", sampling=sampling)["tempo"]["metricsGenerator"]
        return [each.get("span_multiplier_key") for each in generator["processor"].values()]

    assert keys(method="probabilistic") == ["sampling.ratio"] * 2
    assert keys(method="tail") == [None, None]


def test_the_mesh_sends_traces_to_the_collector_once_it_runs() -> None:
    made = Releases(environment(platform={**on(), **MESH}))
    config = made.values("istiod")["meshConfig"]
    assert config["enableTracing"] is True
    [provider] = [each for each in config["extensionProviders"] if "opentelemetry" in each]
    assert provider["opentelemetry"] == {
        "service": "otel-collector.tracing.svc.cluster.local",
        "port": 4317,
    }
    before = made.before("otel-collector-resources")
    assert {"helm_release.otel_collector", "helm_release.istiod"} <= before


def test_the_mesh_logs_traced_requests_with_their_trace_id_and_no_others() -> None:
    spec = mesh()
    [log] = spec["accessLogging"]
    assert log["filter"] == {"expression": "request.headers['traceparent'].endsWith('-01')"}
    providers = values("istiod", MESH)["meshConfig"]["extensionProviders"]
    [named] = [each for each in providers if each["name"] == log["providers"][0]["name"]]
    fields = named["envoyFileAccessLog"]["logFormat"]["labels"]
    assert fields["trace_id"] == "%TRACE_ID%"
    assert "PATH" not in json.dumps(fields)
    assert "accessLogging" not in mesh(method="tail")


def test_images_come_from_the_private_registry() -> None:
    private = {"charts": {"image_registry": "registry.example"}}
    assert values("tempo", private)["global"]["imageRegistry"] == "registry.example"
    assert values("otel-collector", private)["image"]["repository"] == (
        "registry.example/open-telemetry/opentelemetry-collector-releases/"
        "opentelemetry-collector-k8s"
    )


def test_tempo_and_the_collector_have_versions_and_values_of_their_own() -> None:
    own = {"version": "0.171.0", "values": {"replicaCount": 7}}
    made = rendered(environment(platform=on(version="2.3.0", collector=own)))
    assert (made["tempo"].version, made["otel-collector"].version) == ("2.3.0", "0.171.0")
    assert made["otel-collector"].values["replicaCount"] == 7
    assert "replicaCount" not in made["tempo"].values


def test_settings_that_only_tail_reads_are_warned_of() -> None:
    path = ("platform", "tracing", "sampling", "slow_ms")
    assert "not tail" in warned(platform=on(sampling={"slow_ms": 5}))[path]
    assert path not in warned(platform=on(sampling={"slow_ms": 5, "method": "tail"}))


def test_secrets_in_values_of_the_collector_are_refused() -> None:
    own = {"values": {"extraEnvs": [{"name": "TOKEN", "password": "hunter2"}]}}
    paths = refused(platform=on(collector=own))
    assert [path[:4] for path in paths] == [("platform", "tracing", "collector", "values")]


def _ratio(config: dict[str, Any]) -> float:
    [attribute] = config["processors"]["resource/ratio"]["attributes"]
    assert attribute["key"] == "sampling.ratio"
    assert attribute["action"] == "insert"
    return attribute["value"]

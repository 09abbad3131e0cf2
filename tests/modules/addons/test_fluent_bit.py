"""Fluent Bit (I4): all logs of every node, once, to the configured destination."""

from fnmatch import fnmatchcase
from typing import Any

import pytest
import yaml

from modules.addons.catalog import namespaces, rendered
from modules.addons.fluent_bit.addon import ADDON
from modules.addons.fluent_bit.chart import FILE, as_yaml
from modules.addons.fluent_bit.events import ADDON as EVENTS
from modules.helm.contract import Values
from support.environments import environment
from support.platform import Releases

DOMAIN = "arn:aws:es:eu-central-1:123456789012:domain/logs"
OPENSEARCH = {"product": "opensearch", "host": "logs.example.com", "port": 443}


def values(**settings: Any) -> Values:
    return rendered(environment(platform={"fluent_bit": settings}))["fluent-bit"].values


def pipeline(**settings: Any) -> dict[str, list[dict[str, Any]]]:
    text = values(**settings)["config"]["extraFiles"][FILE]
    return yaml.safe_load(text)["pipeline"]


def existing(**settings: Any) -> dict[str, Any]:
    """The one output to a store that exists."""
    store = {**OPENSEARCH, **settings}
    [output] = pipeline(destination="existing", existing=store)["outputs"]
    return output


def collected(file: str, **settings: Any) -> bool:
    """Whether a file of a container is read."""
    [tail] = [each for each in pipeline(**settings)["inputs"] if each["name"] == "tail"]
    patterns = tail["exclude_path"].split(",")
    path = f"/var/log/containers/{file}"
    return fnmatchcase(path, tail["path"]) and not any(fnmatchcase(path, p) for p in patterns)


def test_the_text_of_the_configuration_is_the_same_without_the_c_library_of_pyyaml() -> None:
    text = values(exclude_namespaces=["noise"])["config"]["extraFiles"][FILE]
    assert as_yaml(yaml.safe_load(text), yaml.SafeDumper) == text


def test_it_runs_on_every_node_with_priority() -> None:
    made = values()
    assert made["tolerations"] == [{"operator": "Exists"}]
    assert made["priorityClassName"] == "system-node-critical"


def test_its_pods_mount_host_paths_without_further_privileges() -> None:
    assert namespaces(environment())["logging"] == "privileged"
    made = values()
    assert made["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert made["securityContext"]["readOnlyRootFilesystem"] is True
    written = [each for each in made["daemonSetVolumeMounts"] if not each["readOnly"]]
    assert [each["mountPath"] for each in written] == ["/var/lib/fluent-bit"]


def test_its_own_logs_are_not_collected() -> None:
    assert collected("web-1_shop_web-0123.log")
    assert collected("fluent-bit-x_shop_fluent-bit-0123.log")
    assert not collected("fluent-bit-x7k2p_logging_fluent-bit-0123.log")


def test_namespaces_can_be_excluded() -> None:
    settings = {"exclude_namespaces": ["noise"]}
    assert not collected("web-1_noise_web-0123.log", **settings)
    assert collected("noise_shop_web-0123.log", **settings)
    assert collected("web-1_noise-2_web-0123.log", **settings)


def test_stack_traces_are_joined_first() -> None:
    first = pipeline()["filters"][0]
    assert first["name"] == "multiline"
    assert first["multiline.parser"] == "go,java,python,ruby"
    assert pipeline()["inputs"][0]["multiline.parser"] == "cri"
    names = [each["name"] for each in pipeline(multiline=[])["filters"]]
    assert "multiline" not in names


def test_a_pod_cannot_disable_its_logs() -> None:
    [metadata] = [each for each in pipeline()["filters"] if each["name"] == "kubernetes"]
    assert metadata["k8s-logging.exclude"] is False


@pytest.mark.parametrize(("drop", "filters"), [(True, ["log (kube-probe/|ELB-HealthChecker/)"])])
def test_health_checks_are_dropped_by_default(drop: bool, filters: list[str]) -> None:
    def dropped(**settings: Any) -> list[str]:
        made = pipeline(**settings)["filters"]
        return [each["exclude"] for each in made if each["name"] == "grep"]

    assert dropped(drop_health_checks=drop) == filters
    assert dropped(drop_health_checks=not drop) == []


def test_the_journal_is_collected_by_default() -> None:
    def units(**settings: Any) -> list[str]:
        made = pipeline(**settings)["inputs"]
        return [each["systemd_filter"] for each in made if each["name"] == "systemd"]

    assert units() == ["_SYSTEMD_UNIT=kubelet.service", "_SYSTEMD_UNIT=containerd.service"]
    assert units(node_logs=False) == []


def test_buffers_are_on_disk_and_limited() -> None:
    made = pipeline(buffer_gib=5, retry_limit=7)
    assert {each["storage.type"] for each in made["inputs"]} == {"filesystem"}
    [multiline] = [each for each in made["filters"] if each["name"] == "multiline"]
    assert multiline["emitter_storage.type"] == "filesystem"
    assert [each["storage.total_limit_size"] for each in made["outputs"]] == ["5G"]
    assert [each["retry_limit"] for each in made["outputs"]] == [7]


def test_the_memory_limit_holds_the_chunks() -> None:
    """2 MB a chunk: https://docs.fluentbit.io/manual/administration/buffering-and-storage."""
    made = values()
    service = yaml.safe_load(made["config"]["extraFiles"][FILE])["service"]
    inputs = pipeline()["inputs"]
    chunks = service["storage.max_chunks_up"] * 2 * len(inputs)
    limit = int(made["resources"]["limits"]["memory"].removesuffix("Mi"))
    assert chunks <= limit


def test_elasticsearchs_certificate_is_verified() -> None:
    [output] = pipeline()["outputs"]
    assert output["host"] == "elasticsearch-es-http.logging.svc"
    assert (output["tls"], output["tls.verify"], output["tls.verify_hostname"]) == (True,) * 3
    [ca] = [each for each in values()["daemonSetVolumes"] if "secret" in each]
    assert ca["secret"]["secretName"] == "elasticsearch-es-http-certs-public"


def test_retries_make_no_duplicates() -> None:
    [output] = pipeline()["outputs"]
    assert output["write_operation"] == "create"
    assert output["generate_id"] is True
    # The id contains the time: with milliseconds, equal entries of one millisecond would be one.
    assert output["time_key_nanos"] is True


def test_it_may_write_to_its_own_log_group_only() -> None:
    [policy] = ADDON.policies(
        environment(platform={"fluent_bit": {"destination": "cloudwatch"}})
    ).values()
    [statement] = policy
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/eks/test/containers"
    assert set(statement.actions) == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert statement.resources == [group, f"{group}:log-stream:*"]


def test_cloudwatch_has_a_stream_for_each_container() -> None:
    containers, nodes = pipeline(destination="cloudwatch")["outputs"]
    assert containers["log_stream_template"].startswith("$kubernetes['namespace_name'].")
    assert nodes["log_stream_prefix"] == "node-${NODE_NAME}-"
    for output in (containers, nodes):
        assert output["log_group_name"] == "/aws/eks/test/containers"
        assert output["auto_create_group"] is False


def test_it_has_a_role_only_for_destinations_in_aws() -> None:
    def roles(**settings: Any) -> list[str]:
        made = Releases(environment(platform={"fluent_bit": settings}), [ADDON])
        return list(made.of("aws_iam_role"))

    assert roles() == []
    assert roles(destination="cloudwatch") == ["fluent_bit_role"]
    signed = {**OPENSEARCH, "aws_domain": DOMAIN}
    assert roles(destination="existing", existing=signed) == ["fluent_bit_role"]


def test_requests_to_an_opensearch_domain_are_signed_and_restricted() -> None:
    output = existing(aws_domain=DOMAIN)
    assert output["name"] == "opensearch"
    assert (output["aws_auth"], output["aws_region"]) == (True, "eu-central-1")
    assert "http_passwd" not in output
    store = {**OPENSEARCH, "aws_domain": DOMAIN}
    settings = environment(platform={"fluent_bit": {"destination": "existing", "existing": store}})
    [[statement]] = ADDON.policies(settings).values()
    assert (statement.actions, statement.resources) == (["es:ESHttpPost"], [f"{DOMAIN}/_bulk"])


def test_credentials_of_a_store_are_references() -> None:
    named = {"secret": "log-store", "password_key": "pass"}
    store = {**OPENSEARCH, "credentials": named, "ca_secret": "log-store-ca"}
    made = values(destination="existing", existing=store)
    env = {each["name"]: each["valueFrom"] for each in made["env"]}
    assert env["LOG_STORE_USER"] == {"secretKeyRef": {"name": "log-store", "key": "username"}}
    assert env["LOG_STORE_PASS"] == {"secretKeyRef": {"name": "log-store", "key": "pass"}}
    output = existing(credentials=named)
    assert (output["http_user"], output["http_passwd"]) == (
        "${LOG_STORE_USER}",
        "${LOG_STORE_PASS}",
    )


@pytest.mark.parametrize("enabled", [True, False])
def test_prometheus_scrapes_it_where_monitoring_is_enabled(enabled: bool) -> None:
    settings = environment(platform={"monitoring": {"enabled": enabled}})
    made = rendered(settings)["fluent-bit"].values
    assert made["serviceMonitor"] == {"enabled": enabled}


# Events of the Kubernetes API (I6)


def events(**settings: Any) -> Values:
    return rendered(environment(platform={"fluent_bit": settings}))["fluent-bit-events"].values


def event_pipeline(**settings: Any) -> dict[str, list[dict[str, Any]]]:
    return yaml.safe_load(events(**settings)["config"]["extraFiles"][FILE])["pipeline"]


def test_events_are_read_once_by_one_pod_that_may() -> None:
    made = events()
    assert (made["kind"], made["replicaCount"]) == ("Deployment", 1)
    assert made["rbac"]["eventsAccess"] is True
    assert [each["name"] for each in event_pipeline()["inputs"]] == ["kubernetes_events"]
    assert "kubernetes_events" not in {each["name"] for each in pipeline()["inputs"]}


def test_events_are_apart_from_logs_in_the_same_place() -> None:
    [logs], [made] = pipeline()["outputs"], event_pipeline()["outputs"]
    assert (logs["index"], made["index"]) == ("logs-kubernetes-default", "logs-kubernetes-events")
    assert {**made, "index": logs["index"]} == logs
    [made] = event_pipeline(destination="cloudwatch")["outputs"]
    assert (made["log_group_name"], made["log_stream_name"]) == (
        "/aws/eks/test/containers",
        "events",
    )
    store = {**OPENSEARCH, "index": "own"}
    [made] = event_pipeline(destination="existing", existing=store)["outputs"]
    assert (made["name"], made["index"]) == ("opensearch", "own")


def test_managed_fields_are_no_fields_of_the_store() -> None:
    assert {"metadata"} == {
        each["remove_key"] for each in event_pipeline()["filters"] if "remove_key" in each
    }


def test_its_pod_is_restricted_and_buffers_on_its_own_volume() -> None:
    made = events(buffer_gib=3)
    assert made["podSecurityContext"]["runAsNonRoot"] is True
    assert made["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    written = [each for each in made["extraVolumeMounts"] if not each["readOnly"]]
    assert [each["mountPath"] for each in written] == ["/var/lib/fluent-bit"]
    [volume] = [each for each in made["extraVolumes"] if each["name"] == written[0]["name"]]
    assert volume["emptyDir"] == {"sizeLimit": "4Gi"}


def test_it_has_a_role_of_its_own_where_logs_go_to_aws() -> None:
    made = Releases(environment(platform={"fluent_bit": {"destination": "cloudwatch"}}), [EVENTS])
    assert list(made.of("aws_iam_role")) == ["fluent_bit_events_role"]


def test_events_need_not_be_collected() -> None:
    settings = environment(platform={"fluent_bit": {"kubernetes_events": False}})
    assert "fluent-bit-events" not in rendered(settings)

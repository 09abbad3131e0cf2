"""From traces to logs and metrics in Grafana, and back (I7)."""

import json
from typing import Any

from modules.addons.catalog import rendered
from modules.helm.contract import Manifest
from support.environments import environment
from support.platform import Releases

ON: dict[str, Any] = {"tracing": {"enabled": True}}
CLOUDWATCH: dict[str, Any] = {"fluent_bit": {"destination": "cloudwatch"}}


def tempo(platform: dict[str, Any] | None = None) -> dict[str, Any]:
    """The data source of Tempo."""
    made = rendered(environment(platform={**ON, **(platform or {})}))
    [config] = made["tempo-resources"].manifests
    assert config["metadata"]["labels"] == {"grafana_datasource": "1"}
    [text] = config["data"].values()
    [source] = json.loads(text)["datasources"]
    return source


def logging(platform: dict[str, Any] | None = None) -> dict[str, Manifest]:
    """What is made for Grafana beside Elasticsearch, by kind."""
    made = rendered(environment(platform={**ON, **(platform or {})}))
    found = [
        each
        for name in ("eck-stack-prerequisites", "eck-stack-resources")
        for each in made[name].manifests
        if each["metadata"]["name"] in ("grafana-data-source", "grafana-elasticsearch")
    ]
    return {f"{each['kind']} {each['metadata']['name']}": each for each in found}


def elasticsearch() -> dict[str, Any]:
    """The data source of Elasticsearch, with the values that External Secrets puts into it."""
    spec = logging()["ExternalSecret grafana-data-source"]["spec"]
    template = spec["target"]["template"]
    assert template["metadata"]["labels"] == {"grafana_datasource": "1"}
    [text] = template["data"].values()
    for each in spec["data"]:
        key = each["secretKey"]
        text = text.replace(f"{{{{ .{key} | toJson }}}}", json.dumps(f"<{key}>\nnext line"))
    [source] = json.loads(text)["datasources"]
    return source


def test_grafana_finds_tempo_and_shows_the_service_graph() -> None:
    source = tempo()
    assert (source["type"], source["url"]) == ("tempo", "http://tempo.tracing.svc:3200")
    assert source["jsonData"]["serviceMap"] == {"datasourceUid": "prometheus"}
    assert source["jsonData"]["nodeGraph"] == {"enabled": True}


def test_a_span_leads_to_the_metrics_of_its_service() -> None:
    made = tempo()["jsonData"]["tracesToMetrics"]
    assert made["tags"] == [{"key": "service.name", "value": "service"}]
    for query in made["queries"]:
        # Grafana's provisioning reads `$$` as `$`, and `$__tags` as a variable of its process.
        assert "$$__tags" in query["query"]


def test_a_span_leads_to_the_log_entries_of_its_trace_and_back() -> None:
    link = tempo()["jsonData"]["tracesToLogsV2"]
    source = elasticsearch()
    assert link["datasourceUid"] == source["uid"]
    assert link["query"] == 'fields.trace_id:"$${__trace.traceId}"'
    [back] = source["jsonData"]["dataLinks"]
    assert back["datasourceUid"] == tempo()["uid"]
    assert back["url"] == "$${__value.raw}"


def test_an_exemplar_leads_to_its_trace() -> None:
    def sidecar(platform: dict[str, Any]) -> dict[str, Any]:
        made = rendered(environment(platform=platform))["kube-prometheus-stack"]
        return made.values["grafana"]["sidecar"]["datasources"]

    link = sidecar(ON)["exemplarTraceIdDestinations"]
    assert link == {"datasourceUid": tempo()["uid"], "traceIdLabelName": "traceID"}
    assert "exemplarTraceIdDestinations" not in sidecar({})


def test_dollars_reach_grafana_as_they_are() -> None:
    """Terraform reads `${` as a template, and `$${` as `${`."""
    text = Releases(environment(platform=ON)).text("tempo-resources")
    assert "$$${__trace.traceId}" in text


def test_logs_elsewhere_are_not_linked() -> None:
    assert "tracesToLogsV2" not in tempo(CLOUDWATCH)["jsonData"]
    made = rendered(environment(platform={**ON, "fluent_bit": {"destination": "cloudwatch"}}))
    assert "eck-stack" not in made


def test_grafana_reads_logs_and_writes_nothing() -> None:
    data = logging()["ExternalSecret grafana-elasticsearch"]["spec"]["target"]["template"]["data"]
    roles = json.loads(data["roles.yml"])
    assert list(roles) == [data["roles"]]
    [role] = roles.values()
    assert role == {
        "cluster": ["monitor"],
        "indices": [
            {"names": ["logs-kubernetes-*"], "privileges": ["read", "view_index_metadata"]}
        ],
    }
    values = rendered(environment(platform=ON))["eck-stack"].values
    auth = values["eck-elasticsearch"]["auth"]
    assert {"secretName": "grafana-elasticsearch"} in auth["fileRealm"]
    assert {"secretName": "grafana-elasticsearch"} in auth["roles"]
    assert elasticsearch()["basicAuthUser"] == data["username"]


def test_no_password_leaves_the_cluster_and_elasticsearch_is_verified() -> None:
    source = elasticsearch()
    assert source["secureJsonData"] == {
        "basicAuthPassword": "<password>\nnext line",
        "tlsCACert": "<ca>\nnext line",
    }
    assert source["url"] == "https://elasticsearch-es-http.logging.svc:9200"
    assert source["jsonData"]["tlsAuthWithCACert"] is True
    assert "tlsSkipVerify" not in source["jsonData"]


def test_external_secrets_reads_the_two_secrets_for_grafanas_namespace_and_no_other() -> None:
    made = logging()
    [rule] = made["Role grafana-data-source"]["rules"]
    spec = made["ExternalSecret grafana-data-source"]["spec"]
    wanted = {each["remoteRef"]["key"] for each in spec["data"]}
    assert (set(rule["resourceNames"]), rule["verbs"]) == (wanted, ["get"])
    store = made["ClusterSecretStore grafana-data-source"]["spec"]
    assert store["conditions"] == [{"namespaces": ["monitoring"]}]
    assert made["ExternalSecret grafana-data-source"]["metadata"]["namespace"] == "monitoring"
    assert store["provider"]["kubernetes"]["remoteNamespace"] == "logging"
    [subject] = made["RoleBinding grafana-data-source"]["subjects"]
    account = store["provider"]["kubernetes"]["auth"]["serviceAccount"]
    assert account == {"name": subject["name"], "namespace": subject["namespace"]}


def test_without_tracing_elasticsearch_has_no_user_of_grafana() -> None:
    made = rendered(environment())
    names = {each["metadata"]["name"] for each in made["eck-stack-prerequisites"].manifests}
    assert "grafana-elasticsearch" not in names

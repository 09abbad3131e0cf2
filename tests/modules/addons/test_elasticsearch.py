"""Elasticsearch and Kibana (I5, I6): retention, scheduling and access."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from modules.addons.catalog import namespaces, rendered
from modules.helm.contract import Manifest
from support.environments import environment
from support.platform import ZONE, Releases

HOST = "kibana.platform.example.com"
EDGE = {"hosted_zone": ZONE, "domain_names": ["*.platform.example.com"]}


def stack(settings: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    """Values of the chart."""
    made = rendered(environment(platform={"elasticsearch": settings or {}}, **others))
    return made["eck-stack"].values


def node_set(settings: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    [nodes] = stack(settings, **others)["eck-elasticsearch"]["nodeSets"]
    return nodes


def objects(settings: dict[str, Any] | None = None, **others: Any) -> dict[str, Manifest]:
    """Its custom resources by kind and name, the Job's name without its digest."""
    made = rendered(environment(platform={"elasticsearch": settings or {}}, **others))
    return {
        f"{each['kind']} {each['metadata']['name']}" if each["kind"] != "Job" else "Job": each
        for each in made["eck-stack-resources"].manifests
    }


def job(settings: dict[str, Any] | None = None) -> dict[str, Any]:
    """Environment variables of the Job."""
    pod = objects(settings)["Job"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    return {each["name"]: each.get("value") for each in container["env"]}


@pytest.mark.parametrize("destination", ["cloudwatch", "existing"])
def test_it_is_installed_only_where_logs_are_sent_to_it(destination: str) -> None:
    store = {"product": "opensearch", "host": "logs.example.com"}
    existing = {"existing": store} if destination == "existing" else {}
    settings = {"fluent_bit": {"destination": destination, **existing}}
    made = rendered(environment(platform=settings))
    assert not {"eck-operator", "eck-stack", "eck-stack-resources"} & set(made)
    assert "fluent-bit" in made


def test_operator_stack_and_fluent_bit_are_installed_in_order() -> None:
    made = list(rendered(environment()))
    order = ["eck-stack-prerequisites", "eck-stack", "eck-stack-resources", "fluent-bit"]
    assert sorted(order, key=made.index) == order
    assert made.index("eck-operator") < made.index("eck-stack")
    assert made.index("external-secrets") < made.index("eck-stack-prerequisites")
    before = Releases(environment()).before("fluent-bit")
    assert "helm_release.eck_stack_resources" in before


def test_nodes_are_on_different_hosts_and_zones() -> None:
    constraints = node_set()["podTemplate"]["spec"]["topologySpreadConstraints"]
    assert {each["topologyKey"] for each in constraints} == {
        "kubernetes.io/hostname",
        "topology.kubernetes.io/zone",
    }
    assert {each["whenUnsatisfiable"] for each in constraints} == {"DoNotSchedule"}


def test_copies_of_a_shard_are_in_different_zones() -> None:
    """All four are needed for it: label, variable, attribute and awareness."""
    zone = "topology.kubernetes.io/zone"
    annotations = stack()["eck-elasticsearch"]["annotations"]
    assert annotations["eck.k8s.elastic.co/downward-node-labels"] == zone
    made = node_set()
    [variable] = made["podTemplate"]["spec"]["containers"][0]["env"]
    path = f"metadata.annotations['{zone}']"
    assert variable == {"name": "ZONE", "valueFrom": {"fieldRef": {"fieldPath": path}}}
    assert made["config"]["node.attr.zone"] == "${ZONE}"
    awareness = made["config"]["cluster.routing.allocation.awareness.attributes"]
    assert awareness.split(",") == ["k8s_node_name", "zone"]


def test_the_zone_is_resolved_by_elasticsearch_and_not_by_terraform() -> None:
    assert '"node.attr.zone": "$${ZONE}"' in Releases(environment()).text("eck-stack")


def test_sizes_can_be_configured() -> None:
    made = node_set({"nodes": 5, "cpu": "2", "memory_gib": 8, "volume_gib": 200})
    assert made["count"] == 5
    [container] = made["podTemplate"]["spec"]["containers"]
    assert container["resources"] == {
        "requests": {"cpu": "2", "memory": "8Gi"},
        "limits": {"memory": "8Gi"},
    }
    [claim] = made["volumeClaimTemplates"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "200Gi"


def test_volumes_use_an_existing_storage_class() -> None:
    def storage_class(**platform: Any) -> str | None:
        made = rendered(environment(platform=platform))["eck-stack"].values
        [nodes] = made["eck-elasticsearch"]["nodeSets"]
        return nodes["volumeClaimTemplates"][0]["spec"].get("storageClassName")

    assert storage_class(storage_classes={"volumes": "fast"}) == "fast"
    assert storage_class(elasticsearch={"storage_class": "own"}) == "own"
    assert storage_class(storage_classes={"enabled": False}) is None


@pytest.mark.parametrize("maps", [True, False])
def test_memory_maps_are_either_raised_or_disabled(maps: bool) -> None:
    made = node_set({"memory_maps": maps})
    containers = made["podTemplate"]["spec"].get("initContainers", [])
    assert [each["securityContext"]["privileged"] for each in containers] == [True] * maps
    assert ("node.store.allow_mmap" in made["config"]) is not maps


def test_it_prefers_nodes_that_are_not_spot() -> None:
    affinity = node_set()["podTemplate"]["spec"]["affinity"]["nodeAffinity"]
    [preferred] = affinity["preferredDuringSchedulingIgnoredDuringExecution"]
    [wanted] = preferred["preference"]["matchExpressions"]
    assert wanted["values"] == ["on-demand", "reserved"]


def test_logs_are_deleted_after_the_retention() -> None:
    phases = json.loads(job({"retention_days": 45})["POLICY"])["policy"]["phases"]
    assert phases["delete"] == {"min_age": "45d", "actions": {"delete": {}}}
    assert phases["hot"]["actions"]["rollover"]["max_age"] == "1d"


def test_fluent_bits_data_stream_has_that_lifecycle() -> None:
    told = job()
    template = json.loads(told["TEMPLATE"])
    assert template["template"]["settings"]["index.lifecycle.name"] == told["POLICY_NAME"]
    assert template["index_patterns"] == ["logs-kubernetes-*"]
    # Elasticsearch's built-in template for logs-*-* has 100.
    assert template["priority"] > 100


@pytest.mark.parametrize(("nodes", "copies"), [(1, 0), (3, 1), (9, 1)])
def test_every_shard_has_a_copy_where_there_is_a_node_for_it(nodes: int, copies: int) -> None:
    template = json.loads(job({"nodes": nodes})["TEMPLATE"])
    assert template["template"]["settings"]["index.number_of_replicas"] == copies


def test_no_log_entry_is_rejected_for_the_fields_of_another() -> None:
    properties = json.loads(job()["TEMPLATE"])["template"]["mappings"]["properties"]
    assert properties["fields"]["type"] == "flattened"
    assert properties["kubernetes"]["properties"]["labels"]["type"] == "flattened"


def test_a_new_retention_runs_the_job_again() -> None:
    names = {objects({"retention_days": days})["Job"]["metadata"]["name"] for days in (7, 7, 8)}
    assert len(names) == 2


CURL = """#!/bin/bash
echo "$@" >>"$CALLS"
grep -q '^user = "elastic:hunter2"$' <(cat; echo) || exit 22
calls=$(wc -l <"$CALLS")
[[ " $FAILS " != *" $calls "* ]]
"""
"""A curl that fails at configured calls, and without the password."""


def run(folder: Path, fails: str = "") -> tuple[int, list[str]]:
    """Runs the Job's script with that curl; its exit status and its requests in order."""
    for name, text in {"curl": CURL, "sleep": "#!/bin/bash"}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    told = {name: value or "hunter2" for name, value in job().items()}
    calls = folder / "calls"
    paths = {"PATH": f"{folder}:/usr/bin:/bin", "CALLS": str(calls), "FAILS": fails}
    pod = objects()["Job"]["spec"]["template"]["spec"]
    done = subprocess.run(pod["containers"][0]["command"], env=told | paths, check=False)
    return done.returncode, calls.read_text().splitlines()


def test_the_job_waits_for_elasticsearch_and_puts_the_policy_before_what_names_it(
    tmp_path: Path,
) -> None:
    status, asked = run(tmp_path, fails="1 2")
    assert status == 0
    health, policy, template = "_cluster/health", "_ilm/policy/", "_index_template/"
    order = [health, health, health, policy, template]
    assert len(asked) == len(order)
    assert all(
        f"https://elasticsearch-es-http.logging.svc:9200/{path}" in call
        for call, path in zip(asked, order, strict=True)
    )
    assert job()["POLICY"] in asked[3]
    assert job()["TEMPLATE"] in asked[4]


@pytest.mark.parametrize("call", ["2", "3"])
def test_the_job_fails_where_elasticsearch_refuses(tmp_path: Path, call: str) -> None:
    status, asked = run(tmp_path, fails=call)
    assert status != 0
    assert len(asked) == int(call)


def test_no_process_list_shows_the_password(tmp_path: Path) -> None:
    _, asked = run(tmp_path)
    assert not any("hunter2" in call for call in asked)
    assert job()["PASS"] is None


def test_the_job_uses_the_image_mirror() -> None:
    settings = environment(platform={"charts": {"image_registry": "registry.example"}})
    [made] = [
        each
        for each in rendered(settings)["eck-stack-resources"].manifests
        if each["kind"] == "Job"
    ]
    [container] = made["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "registry.example/elasticsearch/elasticsearch:9.5.4"


def test_kibana_has_the_version_of_elasticsearch_and_finds_it() -> None:
    made = stack({"stack_version": "9.5.5"})
    assert made["eck-elasticsearch"]["version"] == made["eck-kibana"]["version"] == "9.5.5"
    name = made["eck-elasticsearch"]["fullnameOverride"]
    assert made["eck-kibana"]["elasticsearchRef"] == {"name": name}


def test_kibana_can_be_disabled() -> None:
    settings = {"kibana": {"enabled": False}}
    assert stack(settings)["eck-kibana"] == {"enabled": False}
    assert set(objects(settings)) == {"Job"}


def test_without_a_host_kibana_keeps_its_own_certificate() -> None:
    assert "http" not in stack()["eck-kibana"]
    assert "Ingress kibana" not in objects()


def test_kibana_is_served_through_the_front_door() -> None:
    made = stack({"kibana": {"host": HOST}}, edge=EDGE)["eck-kibana"]
    assert made["config"]["server.publicBaseUrl"] == f"https://{HOST}"
    assert made["http"]["tls"]["selfSignedCertificate"] == {"disabled": True}
    ingress = objects({"kibana": {"host": HOST}}, edge=EDGE)["Ingress kibana"]
    assert ingress["spec"]["tls"] == [{"hosts": [HOST], "secretName": "kibana-tls"}]
    [rule] = ingress["spec"]["rules"]
    [path] = rule["http"]["paths"]
    assert path["backend"]["service"] == {"name": "kibana-kb-http", "port": {"number": 5601}}
    assert "cert-manager.io/cluster-issuer" in ingress["metadata"]["annotations"]


def test_a_front_door_without_tls_gets_no_redirect() -> None:
    made = stack({"kibana": {"host": HOST}})["eck-kibana"]
    assert made["config"]["server.publicBaseUrl"] == f"http://{HOST}"
    assert "tls" not in objects({"kibana": {"host": HOST}})["Ingress kibana"]["spec"]


def test_the_ca_outlives_the_pods_that_have_read_it() -> None:
    made = rendered(environment())["eck-operator"].values
    assert made["config"]["caValidity"] == "87600h"


def test_the_operators_pod_meets_the_standard_of_its_namespace() -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
    assert namespaces(environment())["elastic-system"] == "restricted"
    pod = rendered(environment())["eck-operator"].values["podSecurityContext"]
    assert pod == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}


def test_elastics_operator_connects_namespaces_only_as_kubernetes_allows() -> None:
    """Otherwise it gives a superuser to each object that refers to Elasticsearch."""
    operator = rendered(environment())["eck-operator"].values
    assert operator["refs"] == {"enforceRBAC": True}
    made = objects()
    references = [each.get("spec", {}).get("elasticsearchRef", {}) for each in made.values()]
    assert all("namespace" not in each for each in references)

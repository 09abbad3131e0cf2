"""The pods of add-ons get past the Pod Security level of the namespace that they are in."""

from collections.abc import Iterator
from typing import Any

import pytest

from modules.addons.catalog import all_addons, namespaces
from modules.helm.contract import PodSecurity
from modules.helm.releases import PlannedRelease
from support.addon_environments import MINORS, VARIANTS, releases, variant
from support.charts import chart, is_published, overlaid
from support.pod_contexts import at, entries, on_the_hosts_network, runs, spec
from support.pod_security import pod_spec, violations

MINOR = MINORS[-1]
ENTRIES = entries()

BARE: dict[str, Any] = {"containers": [{"name": "a"}]}
RESTRICTED: dict[str, Any] = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [
        {
            "name": "a",
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
            },
        }
    ],
}


def of_container(**context: Any) -> dict[str, Any]:
    """RESTRICTED with something else in the context of its container."""
    own = {**RESTRICTED["containers"][0]["securityContext"], **context}
    return {**RESTRICTED, "containers": [{"name": "a", "securityContext": own}]}


def judged(name: str) -> Iterator[tuple[PlannedRelease, PodSecurity, dict[str, Any]]]:
    """The releases of a variant in namespaces with a level; with the level and all values."""
    levels = namespaces(variant(name, MINOR))
    for release in releases(name, MINOR).values():
        level = levels.get(release.namespace, "privileged")
        if level != "privileged" and is_published(release):
            files = chart(release.addon.chart, str(release.version))
            yield release, level, overlaid(files.values, release.values)


@pytest.mark.usefixtures("charts")
@pytest.mark.parametrize("name", VARIANTS)
def test_pods_of_add_ons_meet_the_level_of_their_namespaces(name: str) -> None:
    assert [
        f"{release.name}: {workload.name}: {violation}"
        for release, level, values in judged(name)
        for workload in release.addon.workloads
        if runs(workload, values)
        for violation in violations(spec(ENTRIES[release.addon.name][workload.name], values), level)
    ] == []


@pytest.mark.usefixtures("charts")
@pytest.mark.parametrize("name", VARIANTS)
def test_no_pod_of_a_namespace_with_a_level_is_on_the_hosts_network(name: str) -> None:
    assert [
        f"{release.name}: {path}"
        for release, _, values in judged(name)
        for path in on_the_hosts_network(values)
    ] == []


@pytest.mark.usefixtures("charts")
def test_security_contexts_are_those_of_existing_workloads() -> None:
    workloads = {addon.name: {each.name for each in addon.workloads} for addon in all_addons()}
    assert {
        (name, each) for name, known in ENTRIES.items() for each in set(known) - workloads[name]
    } == set()


def test_settings_outside_the_values_have_a_source() -> None:
    assert [
        (name, workload)
        for name, known in ENTRIES.items()
        for workload, entry in known.items()
        if "fixed" in str(entry) and not entry.get("source", "").startswith("https://")
    ] == []


@pytest.mark.usefixtures("charts")
def test_only_the_elastic_operators_defaults_would_be_refused() -> None:
    release = releases("prod", MINOR)["eck-operator"]
    defaults = chart("eck-operator", str(release.version)).values
    found = violations(spec(ENTRIES["eck-operator"]["operator"], defaults), "restricted")
    assert found == ["container 1: seccompProfile is neither RuntimeDefault nor Localhost"]


def test_a_path_that_names_no_value_is_an_error() -> None:
    with pytest.raises(LookupError):
        at({"a": [{"b": 1}]}, "a.0.c")


@pytest.mark.parametrize("level", ["privileged", "baseline", "restricted"])
def test_a_restricted_pod_is_admitted_at_every_level(level: PodSecurity) -> None:
    assert violations(RESTRICTED, level) == []


@pytest.mark.parametrize("level", ["privileged", "baseline"])
def test_a_pod_without_a_security_context_is_admitted_below_restricted(level: PodSecurity) -> None:
    assert violations(BARE, level) == []


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        ({**RESTRICTED, "hostNetwork": True}, "hostNetwork is on"),
        (
            {**RESTRICTED, "volumes": [{"name": "v", "hostPath": {"path": "/"}}]},
            "volume v is a folder of the node",
        ),
        (
            {
                **RESTRICTED,
                "initContainers": [{"name": "i", "securityContext": {"privileged": True}}],
            },
            "i is privileged",
        ),
        (of_container(capabilities={"add": ["NET_ADMIN"]}), "a adds capability NET_ADMIN"),
        (
            of_container(seccompProfile={"type": "Unconfined"}),
            "a: seccompProfile is Unconfined",
        ),
        (
            {**RESTRICTED, "containers": [{"name": "a", "ports": [{"hostPort": 80}]}]},
            "a takes port 80 of the node",
        ),
        (
            {**RESTRICTED, "securityContext": {"sysctls": [{"name": "vm.swappiness"}]}},
            "sysctl vm.swappiness is not a safe one",
        ),
    ],
)
def test_baseline_and_restricted_refuse(pod: dict[str, Any], expected: str) -> None:
    assert expected in violations(pod, "baseline")
    assert expected in violations(pod, "restricted")
    assert violations(pod, "privileged") == []


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        (of_container(allowPrivilegeEscalation=True), "a: allowPrivilegeEscalation is not false"),
        (of_container(runAsNonRoot=False), "a: runAsNonRoot is not true"),
        (of_container(runAsUser=0), "a: runAsUser is 0"),
        (of_container(capabilities={"drop": ["NET_RAW"]}), "a: capabilities.drop is without ALL"),
        (
            of_container(capabilities={"drop": ["ALL"], "add": ["CHOWN"]}),
            "a adds capability CHOWN",
        ),
        (
            {**RESTRICTED, "securityContext": {"runAsNonRoot": True}},
            "a: seccompProfile is neither RuntimeDefault nor Localhost",
        ),
        (
            {**RESTRICTED, "volumes": [{"name": "v", "nfs": {}}]},
            "volume v is of kind nfs",
        ),
    ],
)
def test_only_restricted_refuses(pod: dict[str, Any], expected: str) -> None:
    assert violations(pod, "restricted") == [expected]
    assert violations(pod, "baseline") == []


def test_the_pods_of_every_kind_of_workload_are_found() -> None:
    template = {"spec": {"template": {"spec": BARE}}}
    assert pod_spec({"kind": "Deployment", **template}) == BARE
    assert pod_spec({"kind": "CronJob", "spec": {"jobTemplate": template}}) == BARE
    assert pod_spec({"kind": "Pod", "spec": BARE}) == BARE
    assert pod_spec({"kind": "ConfigMap"}) is None

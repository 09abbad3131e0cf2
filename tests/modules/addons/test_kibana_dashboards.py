"""Import of Kibana's dashboards (I6): there after an apply, repeatable, and without a superuser."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modules.addons.catalog import rendered
from modules.addons.elasticsearch.saved_objects import ndjson, saved_objects
from modules.helm.contract import Manifest
from support.environments import environment, problems
from support.kibana import Kibana, serving
from support.platform import Releases
from support.pod_security import pod_spec, violations

RELEASE = "eck-stack-dashboards"
OBJECTS = {(each["type"], each["id"]) for each in saved_objects(environment())}


def manifests(kibana: dict[str, Any] | None = None, **others: Any) -> dict[str, Manifest]:
    """The objects that import the dashboards, by kind."""
    settings = environment(platform={"elasticsearch": {"kibana": kibana or {}}}, **others)
    made = rendered(settings)
    found = made[RELEASE].manifests if RELEASE in made else ()
    return {each["kind"]: each for each in found}


def test_the_user_may_write_these_kinds_of_objects_and_nothing_else() -> None:
    secrets = rendered(environment())["eck-stack-prerequisites"].manifests
    [data] = [
        each["spec"]["target"]["template"]["data"]
        for each in secrets
        if each["kind"] == "ExternalSecret"
        and each["metadata"]["name"] == "kibana-dashboards-elasticsearch"
    ]
    assert json.loads(data["roles.yml"]) == {
        data["roles"]: {
            "applications": [
                {
                    "application": "kibana-.kibana",
                    "privileges": [
                        "feature_dashboard_v2.all",
                        "feature_discover_v2.all",
                        "feature_indexPatterns.all",
                    ],
                    "resources": ["space:default"],
                }
            ]
        }
    }
    [variable] = [each for each in container()["env"] if each["name"] == "PASS"]
    reference = {"name": "kibana-dashboards-elasticsearch", "key": "password"}
    assert variable["valueFrom"] == {"secretKeyRef": reference}


# The Job


def container(kibana: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    [found] = manifests(kibana, **others)["Job"]["spec"]["template"]["spec"]["containers"]
    return found


def test_the_job_and_the_cron_job_have_the_same_pods_at_the_restricted_level() -> None:
    made = manifests()
    job, cron = pod_spec(made["Job"]), pod_spec(made["CronJob"])
    assert job is not None
    assert job == cron
    assert list(violations(job, "restricted")) == []


def test_the_apply_waits_for_the_import_and_no_other_add_on_does() -> None:
    settings = environment()
    assert rendered(settings)[RELEASE].requires == ("eck-stack",)
    waiting = [each for each in rendered(settings).values() if RELEASE in each.requires]
    assert waiting == []
    body = Releases(settings).of("helm_release")[RELEASE.replace("-", "_")]
    assert (body["wait"], body["wait_for_jobs"], body["timeout"]) == (True, True, 1800)


def test_a_changed_dashboard_is_imported_and_an_equal_one_is_not() -> None:
    names = {manifests(region=region)["Job"]["metadata"]["name"] for region in ("eu-west-1",) * 2}
    assert len(names) == 1
    assert manifests(region="eu-central-1")["Job"]["metadata"]["name"] not in names


def test_kibanas_own_certificate_is_verified_unless_the_front_door_serves_it() -> None:
    def told(**kibana: Any) -> tuple[str, str, list[str]]:
        made = container(kibana)
        variables = {each["name"]: each.get("value") for each in made["env"]}
        mounts = [each["mountPath"] for each in made["volumeMounts"]]
        return str(variables["URL"]), str(variables["CA"]), mounts

    address = "kibana-kb-http.logging.svc:5601"
    assert told() == (f"https://{address}", "/ca/ca.crt", ["/objects", "/ca"])
    assert told(host="kibana.example.com") == (f"http://{address}", "", ["/objects"])


@pytest.mark.parametrize("kibana", [{"dashboards": False}, {"enabled": False}])
def test_dashboards_can_be_left_out(kibana: dict[str, Any]) -> None:
    assert manifests(kibana) == {}
    settings = environment(platform={"elasticsearch": {"kibana": kibana}})
    auth = rendered(settings)["eck-stack"].values["eck-elasticsearch"]["auth"]
    assert auth["roles"] == [{"secretName": "fluent-bit-elasticsearch"}]


def test_a_stack_without_these_privileges_is_refused() -> None:
    def found(version: str, **kibana: Any) -> list[str]:
        elasticsearch = {"stack_version": version, "kibana": kibana}
        made = problems(environment(platform={"elasticsearch": elasticsearch}))
        return [each for each in map(str, made) if "dashboards" in each]

    assert len(found("8.17.4")) == 1
    assert found("8.18.0") == found("9.5.4") == found("8.17.4", dashboards=False) == []


# The script, against a stand-in for Kibana

NAME, PASSWORD = "kibana-dashboards", "hunter2"
OURS = frozenset({"index-pattern", "search", "dashboard"})
FOREIGN: dict[tuple[str, str], Any] = {
    ("dashboard", "0b2c7a3e-own"): {"attributes": {"title": "Orders"}},
    ("index-pattern", "orders"): {"attributes": {"title": "orders-*"}},
}


@pytest.fixture
def kibana() -> Iterator[Kibana]:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    with serving(Kibana((NAME, PASSWORD), OURS, objects=dict(FOREIGN))) as made:
        yield made


def run(kibana: Kibana, folder: Path, file: str | None = None) -> tuple[int, str]:
    """Runs the command of the Job; its exit status and output."""
    made = container({"host": "kibana.example.com"})
    objects = folder / "dashboards.ndjson"
    objects.write_text(file or manifests()["ConfigMap"]["data"]["dashboards.ndjson"])
    sleep = folder / "sleep"
    sleep.write_text("#!/bin/sh\n")
    sleep.chmod(0o755)
    variables = {each["name"]: each.get("value", PASSWORD) for each in made["env"]}
    variables |= {"URL": kibana.url, "FILE": str(objects), "PATH": f"{folder}:/usr/bin:/bin"}
    done = subprocess.run(
        made["command"], env=variables, capture_output=True, text=True, check=False
    )
    assert PASSWORD not in done.stdout + done.stderr
    return done.returncode, done.stdout


def test_the_job_waits_for_kibana_and_imports(kibana: Kibana, tmp_path: Path) -> None:
    kibana.starting = 3
    status, output = run(kibana, tmp_path)
    assert status == 0, output
    assert kibana.objects.keys() == OBJECTS | FOREIGN.keys()


def test_a_second_run_changes_nothing(kibana: Kibana, tmp_path: Path) -> None:
    run(kibana, tmp_path)
    before = dict(kibana.objects)
    assert run(kibana, tmp_path)[0] == 0
    assert kibana.imports == 2
    assert kibana.objects == before


def test_a_run_repairs_ours_and_leaves_those_of_others(kibana: Kibana, tmp_path: Path) -> None:
    run(kibana, tmp_path)
    before = dict(kibana.objects)
    del kibana.objects["dashboard", "eks-platform-errors"]
    kibana.objects["search", "eks-platform-events-search"] = {"attributes": {}}
    kibana.objects["dashboard", "another"] = {"attributes": {"title": "Payments"}}
    assert run(kibana, tmp_path)[0] == 0
    assert kibana.objects == before | {
        ("dashboard", "another"): {"attributes": {"title": "Payments"}}
    }


def test_the_job_fails_where_kibana_does_not_import_everything(
    kibana: Kibana, tmp_path: Path
) -> None:
    lines = ndjson(environment()).splitlines(keepends=True)
    only_dashboards = "".join(line for line in lines if '"panelsJSON"' in line)
    status, output = run(kibana, tmp_path, only_dashboards)
    assert (status != 0, '"success":false' in output) == (True, True)
    kibana.writes = frozenset({"dashboard"})
    status, output = run(kibana, tmp_path)
    assert (status != 0, "Unable to bulk_create" in output) == (True, True)
    assert kibana.objects == FOREIGN

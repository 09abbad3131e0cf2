"""`make images` lists charts and images, and prints a script that copies them (M10)."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.environment import Environment
from modules.helm import archives
from modules.helm.archive_digests import record_digests
from runner.errors import RunnerError
from runner.images import sources
from runner.images.model import ListedChart, ListedImage, Listing
from runner.images.references import full_name, images_in
from runner.images.script import script_of
from support.command import Done, command
from support.environments import MINIMAL, environment
from support.helm import HelmMissingError, helm
from support.image_charts import TEMPLATES, write_charts

REGISTRY = "registry.example/copies"
MIRROR = "oci://registry.example/charts"
DIGEST = "0" * 64

OFF = ("argo_cd", "eck_operator", "elasticsearch", "fluent_bit", "monitoring")
"""Add-ons that the tests do without, because each takes Helm a moment."""


def settings(**charts: Any) -> dict[str, Any]:
    return {
        "edge": {"plain_http": True},
        "platform": {
            "charts": charts,
            "ingress": {"controller": "traefik"},
            **{key: {"enabled": False} for key in OFF},
        },
    }


class Project:
    """A project with charts and an environment, where real Helm is on the PATH."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capture = folder, capture

    def environment(self, templates: dict[str, str] = TEMPLATES, **charts: Any) -> Environment:
        made = environment(**settings(**charts))
        (self.folder / "test.yaml").write_text(yaml.safe_dump({**MINIMAL, **settings(**charts)}))
        write_charts(self.folder / charts.get("folder", ".charts"), made, templates)
        return made

    def images(self, *options: str) -> Done:
        return command(self._capture, "images", str(self.folder / "test.yaml"), *options)

    def json(self) -> dict[str, Any]:
        done = self.images("--json")
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)["test"]


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Project:
    try:
        binary = helm()
    except HelmMissingError as missing:
        pytest.skip(str(missing))
    monkeypatch.setattr(archives, "PROJECT", tmp_path)
    monkeypatch.setenv("PATH", f"{binary.parent}{os.pathsep}{os.environ['PATH']}")
    return Project(tmp_path, capfd)


def test_each_image_has_the_registry_of_the_settings_and_its_name_in_its_project(
    project: Project,
) -> None:
    project.environment(image_registry=REGISTRY, mirror=MIRROR)
    found = project.json()
    images = {each["image"]: (each["source"], each["used_by"]) for each in found["images"]}
    controller, solver = "jetstack/controller:v1", "jetstack/solver:v1"
    assert images[f"{REGISTRY}/{controller}"] == (f"quay.io/{controller}", ["cert-manager"])
    assert images[f"{REGISTRY}/{solver}"] == (f"quay.io/{solver}", ["cert-manager"])
    balancer = "eks/aws-load-balancer-controller:v3"
    assert images[f"{REGISTRY}/{balancer}"][0] == f"public.example/{balancer}"
    assert found["elsewhere"] == ["public.example/karpenter:1"]
    assert not [name for name in images if "busybox" in name]
    (chart,) = (each for each in found["charts"] if each["name"] == "cert-manager")
    assert chart["installed_from"] == MIRROR
    assert chart["repository"].startswith("https://")
    assert chart["digest"] is None


def test_without_a_registry_images_are_those_of_the_projects(project: Project) -> None:
    project.environment()
    done = project.images()
    assert done.returncode == 0, done.stderr
    assert "quay.io/jetstack/controller:v1  (cert-manager)" in done.stdout
    assert "digest not known" in done.stdout
    assert "Not from" not in done.stdout


def test_charts_from_a_folder_have_the_digests_of_its_file(project: Project) -> None:
    project.environment(folder="vendor")
    record_digests(project.folder / "vendor")
    (chart,) = (each for each in project.json()["charts"] if each["name"] == "karpenter")
    recorded = (project.folder / "vendor" / "sha256sums").read_text()
    assert f"{chart['digest']}  karpenter-{chart['version']}.tgz\n" in recorded
    assert chart["digest_from"] == "vendor/sha256sums"


def test_what_cannot_be_rendered_is_named_and_the_rest_is_listed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates = TEMPLATES | {
        "aws-load-balancer-controller": '{{ fail "no input" }}',
        "karpenter": TEMPLATES["karpenter"].replace("public.example/karpenter:1", "auto"),
    }
    project.environment(templates, image_registry=REGISTRY)
    for archive in (project.folder / ".charts").glob("external-secrets-*"):
        archive.unlink()

    def download(_: str, name: str, version: str) -> bytes:
        raise RunnerError(f"{name} {version}: no answer")

    monkeypatch.setattr(sources, "download", download)
    done = project.images("--script")
    assert done.returncode == 1
    for reason in ("no input", "external-secrets .*: no answer", "'auto' of Deployment karpenter"):
        assert any(line for line in done.stderr.splitlines() if _matches(reason, line)), reason
        incomplete = [line for line in done.stdout.splitlines() if "# INCOMPLETE" in line]
        assert any(_matches(reason, line) for line in incomplete), reason
    assert f"crane copy quay.io/jetstack/solver:v1 {REGISTRY}/jetstack/solver:v1" in done.stdout


def test_without_helm_no_image_of_a_chart_is_made_up(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.environment(image_registry=REGISTRY)
    monkeypatch.setenv("PATH", str(project.folder))
    done = project.images()
    assert done.returncode == 1
    assert "Images of cert-manager in test not known: there is no `helm` on the PATH" in done.stderr
    assert "jetstack/" not in done.stdout


def test_a_changed_archive_is_not_rendered(project: Project) -> None:
    project.environment(folder="vendor")
    vendor = project.folder / "vendor"
    record_digests(vendor)
    (changed,) = vendor.glob("cert-manager-*.tgz")
    changed.write_bytes(changed.read_bytes() + b"x")
    done = project.images()
    assert done.returncode == 1
    assert f"{changed.name} has another digest than in vendor/sha256sums" in done.stderr


def test_a_script_needs_a_registry(project: Project) -> None:
    project.environment()
    done = project.images("--script")
    assert done.returncode == 2
    assert "platform.charts.image_registry and platform.charts.mirror are not set" in done.stderr


def ran(script: str, folder: Path) -> tuple[int, list[list[str]]]:
    """Runs a script with programs that record how they are called; `helm pull` writes a file."""
    programs, calls = folder / "programs", folder / "calls"
    programs.mkdir()
    for name in ("crane", "helm"):
        (programs / name).write_text(
            f'#!/bin/sh\nprintf "%s\\t" {name} "$@" >> {calls}\necho >> {calls}\n'
            f'test "$1" = pull && printf archive > "$7/$2-$6.tgz"\nexit 0\n'
        )
        (programs / name).chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", script],
        check=False,
        cwd=folder,
        env={"PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
    )
    lines = calls.read_text().splitlines() if calls.exists() else []
    return done.returncode, [line.rstrip("\t").split("\t") for line in lines]


def listed(*images: ListedImage, charts: tuple[ListedChart, ...] = ()) -> Listing:
    return Listing("test", charts, images, {}, REGISTRY, MIRROR)


def chart(name: str = "probe", digest: str | None = None) -> ListedChart:
    return ListedChart(name, "1.2.3", "https://charts.example", MIRROR, digest, None, 0)


def test_the_script_copies_images_and_charts(tmp_path: Path) -> None:
    images = (
        ListedImage(f"{REGISTRY}/a/b:1@sha256:{DIGEST}", f"quay.io/a/b:1@sha256:{DIGEST}", ()),
        ListedImage("other.example/c:1", "other.example/c:1", ("one",)),
    )
    code, calls = ran(script_of(listed(*images, charts=(chart(),))), tmp_path)
    assert code == 0
    copied, pulled, pushed = calls
    assert copied == ["crane", "copy", f"quay.io/a/b:1@sha256:{DIGEST}", f"{REGISTRY}/a/b:1"]
    assert pulled[1:-1] == [
        *("pull", "probe", "--repo", "https://charts.example"),
        *("--version", "1.2.3", "--destination"),
    ]
    assert pushed == ["helm", "push", f"{pulled[-1]}/probe-1.2.3.tgz", MIRROR]


def test_the_script_pushes_no_chart_with_another_digest(tmp_path: Path) -> None:
    code, calls = ran(script_of(listed(charts=(chart(digest=DIGEST),))), tmp_path)
    assert code != 0
    assert [call[1] for call in calls] == ["pull"]


def test_no_text_of_the_settings_is_a_command_of_the_script(tmp_path: Path) -> None:
    evil = "x'; touch made; $(touch made) `touch made`\ntouch made"
    found = Listing(
        "test",
        (chart(evil), ListedChart(evil, "1", evil, MIRROR, None, None, None)),
        (ListedImage(f"{REGISTRY}/{evil}", evil, ("one",)), ListedImage(evil, evil, ("one",))),
        {"one": evil},
        REGISTRY,
        MIRROR,
    )
    ran(script_of(found), tmp_path)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        pytest.param(
            [{"kind": "Prometheus", "spec": {"image": "quay.io/a/b:v1"}}],
            {"quay.io/a/b:v1"},
            id="custom resource",
        ),
        pytest.param(
            [{"kind": "ClusterPolicy", "spec": {"image": "*:latest"}}], set[str](), id="a policy"
        ),
        pytest.param(
            [
                {
                    "kind": "Pod",
                    "spec": {"volumes": [{"name": "a", "image": {"reference": "b/c:1"}}]},
                }
            ],
            {"b/c:1"},
            id="image volume",
        ),
        pytest.param(
            [
                {
                    "kind": "Pod",
                    "spec": {
                        "containers": [
                            {
                                "image": "redis",
                                "args": ["--to=http://a.b.svc/path:80", "--at=a.b.svc:9093"],
                                "env": [{"name": "HELPER", "value": "gcr.io/a/helper:2"}],
                            }
                        ]
                    },
                }
            ],
            {"redis", "gcr.io/a/helper:2"},
            id="arguments and variables",
        ),
        pytest.param(
            [
                {
                    "kind": "ConfigMap",
                    "data": {"falcoctl.yaml": "artifact: {install: {refs: [ghcr.io/f/rules:5]}}"},
                }
            ],
            {"ghcr.io/f/rules:5"},
            id="Falco's rules",
        ),
        pytest.param(
            [
                {
                    "kind": "ConfigMap",
                    "name": "istio-sidecar-injector",
                    "data": {
                        "values": '{"global": {"hub": "a.io/b", "tag": "1", "variant": "debug",'
                        ' "proxy": {"image": "proxyv2"}}}'
                    },
                }
            ],
            {"a.io/b/proxyv2:1-debug"},
            id="Istio's proxy",
        ),
        pytest.param(
            [
                {
                    "kind": "ConfigMap",
                    "data": {"eck.yaml": "container-registry: elastic.co"},
                },
                {"kind": "Kibana", "spec": {"version": "9.5.4"}},
                {"kind": "Elasticsearch", "spec": {"version": "9.5.4", "image": "own.io/es:1"}},
            ],
            {"elastic.co/kibana/kibana:9.5.4", "own.io/es:1"},
            id="the Elastic Stack",
        ),
        pytest.param(
            [{"kind": "Kibana", "spec": {"version": "9.5.4"}}],
            {"Kibana 9.5.4, which ECK names"},
            id="the Elastic Stack without its operator",
        ),
    ],
)
def test_images_are_found_where_charts_write_them(
    objects: list[dict[str, Any]], expected: set[str]
) -> None:
    core = ("ConfigMap", "Pod")
    whole = [
        {
            "apiVersion": "v1" if each["kind"] in core else "group.example/v1",
            "metadata": {"name": each.pop("name", "a")},
            **each,
        }
        for each in objects
    ]
    assert {name for _, name in images_in(whole, whole)} == expected


def test_images_of_docker_hub_are_written_in_full() -> None:
    assert full_name("redis:7") == "docker.io/library/redis:7"
    assert full_name("nginx/ingress:5") == "docker.io/nginx/ingress:5"
    assert full_name("localhost:5000/a:1") == "localhost:5000/a:1"


def _matches(pattern: str, line: str) -> bool:
    first, _, rest = pattern.partition(" .*")
    return first in line and rest in line

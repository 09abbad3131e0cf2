"""A chart made of a file of a project's release (L7)."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest
import yaml

from config import versions
from config.environment import Environment
from config.versions import Bundle
from modules.helm import archives
from modules.helm.archives import MissingArchivesError, archive_name
from runner.charts.bundle import archive_of_objects, made_chart
from runner.charts.fetch import fetch_charts
from runner.errors import RunnerError
from support.environments import environment
from support.platform_stack import platform_resources

CHART = "gateway-api-crds"
VERSION = "1.6.1"

BUNDLE = b"""\
# A CRD, and an object that is none.
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: routes.example.com
  annotations: {bundle: v1}
spec:
  description: "looks like a {{ template }}, and is none"
---
apiVersion: v1
kind: ConfigMap
metadata: {name: example}
---
"""


def files(archive: bytes) -> dict[str, str]:
    """The files of an archive, by their path in the chart."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return {
            name.partition("/")[2]: (opened.extractfile(name) or io.BytesIO()).read().decode()
            for name in opened.getnames()
        }


def with_gateway(**charts: str) -> Environment:
    """An environment that needs the chart."""
    ingress = {"controller": "traefik", "gateway_api": {"enabled": True}}
    return environment(platform={"ingress": ingress, "charts": charts})


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a release, and its digest in the table; charts go to a folder of the test."""
    file = tmp_path / f"v{VERSION}.yaml"
    file.write_bytes(BUNDLE)
    digest = hashlib.sha256(BUNDLE).hexdigest()
    bundle = Bundle(address=f"file://{tmp_path}/v{{version}}.yaml", digest=digest)
    monkeypatch.setattr(versions, "bundle_of", lambda chart: bundle if chart == CHART else None)
    monkeypatch.setattr(archives, "PROJECT", tmp_path / "project")
    monkeypatch.setattr(archives, "MADE_CHARTS", Path("environments", "charts"))
    return file


def test_the_chart_prints_the_objects_and_keeps_crds() -> None:
    found = files(archive_of_objects(BUNDLE, CHART, VERSION))
    assert json.loads(found["Chart.yaml"])["version"] == VERSION
    crd, other = yaml.safe_load_all(found["objects.yaml"])
    assert crd["metadata"]["annotations"] == {"bundle": "v1", "helm.sh/resource-policy": "keep"}
    assert "annotations" not in other["metadata"]
    # A template in the objects' text would be one if they were templates.
    assert found["templates/objects.yaml"] == '{{ .Files.Get "objects.yaml" }}\n'


def test_the_same_file_gives_the_same_archive() -> None:
    assert archive_of_objects(BUNDLE, CHART, VERSION) == archive_of_objects(BUNDLE, CHART, VERSION)


def test_a_chart_of_a_project_is_not_made() -> None:
    assert made_chart("traefik", "41.6.1") is None


def test_another_file_than_the_recorded_one_is_refused(release: Path) -> None:
    release.write_bytes(BUNDLE + b"# replaced\n")
    with pytest.raises(RunnerError, match=r"the digest of file://.* is .*, and config/versions"):
        made_chart(CHART, VERSION)


def test_a_file_that_cannot_be_had_is_named(release: Path) -> None:
    release.unlink()
    with pytest.raises(RunnerError, match=rf"{CHART} {VERSION}: file://.*v{VERSION}\.yaml: "):
        made_chart(CHART, VERSION)


@pytest.mark.parametrize("content", [b"<html>not found</html>", b"", b"[1", b"a: \xff"])
def test_what_is_no_file_of_objects_is_refused(release: Path, content: bytes) -> None:
    release.with_name("v1.7.0.yaml").write_bytes(content)
    with pytest.raises(RunnerError, match="has no Kubernetes objects"):
        made_chart(CHART, "1.7.0")


def test_the_synth_names_the_command_that_makes_the_chart(release: Path) -> None:
    assert release.is_file()
    ingress = {"controller": "traefik", "gateway_api": {"enabled": True}}
    with pytest.raises(MissingArchivesError) as error:
        platform_resources(platform={"ingress": ingress})
    assert str(error.value) == (
        f"environment test: environments/charts lacks {archive_name(CHART, VERSION)}: "
        "`make fetch-charts ENV=test` writes them"
    )


def test_the_command_makes_it_and_the_synth_installs_it(release: Path) -> None:
    told: list[str] = []
    fetch_charts(with_gateway(), told.append)
    folder = release.parent / "project" / "environments" / "charts"
    assert {each.name for each in folder.iterdir()} == {archive_name(CHART, VERSION), "sha256sums"}
    assert told[0] == archive_name(CHART, VERSION)
    ingress = {"controller": "traefik", "gateway_api": {"enabled": True}}
    made = platform_resources(platform={"ingress": ingress})["helm_release"]
    assert made["gateway_api_crds"]["chart"].endswith(".tgz")
    assert made["traefik"]["repository"].startswith("https://")


def test_an_archive_that_was_changed_is_refused(release: Path) -> None:
    fetch_charts(with_gateway(), lambda _: None)
    folder = release.parent / "project" / "environments" / "charts"
    (folder / archive_name(CHART, VERSION)).write_bytes(b"other")
    ingress = {"controller": "traefik", "gateway_api": {"enabled": True}}
    with pytest.raises(MissingArchivesError, match="another digest"):
        platform_resources(platform={"ingress": ingress})


def test_with_a_mirror_it_comes_from_there(release: Path) -> None:
    assert release.is_file()
    ingress = {"controller": "traefik", "gateway_api": {"enabled": True}}
    charts = {"mirror": "oci://registry.example/charts"}
    made = platform_resources(platform={"ingress": ingress, "charts": charts})["helm_release"]
    assert made["gateway_api_crds"]["repository"] == "oci://registry.example/charts"
    assert made["gateway_api_crds"]["version"] == VERSION

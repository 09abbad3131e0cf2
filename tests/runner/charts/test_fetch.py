"""Charts in a folder of the project: fetched once, then no repository is needed (M10)."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from config import versions
from config.environment import Environment
from modules.helm import archives
from modules.helm.archives import MissingArchivesError, archive_name
from runner.charts import fetch as fetching
from runner.charts import repository as repositories
from runner.charts.schema import without_remote_schemas
from runner.errors import RunnerError
from support.environments import environment, warned
from support.platform_stack import platform_resources

REMOTE = "https://schemas.example/_definitions.json#/definitions/Volume"
SCHEMA = {
    "type": "object",
    "properties": {
        "volumes": {"type": "array", "items": {"$ref": REMOTE}},
        "replicas": {"$ref": "#/definitions/count"},
    },
    "definitions": {"count": {"type": "integer"}},
}
FOLDER = "environments/charts"
VERSION = "1.2.3"


def chart(name: str, schema: Any = None) -> bytes:
    """The archive of a chart."""
    made = io.BytesIO()
    files = {"Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: {VERSION}\n"}
    if schema is not None:
        files |= {"values.schema.json": json.dumps(schema)}
    with tarfile.open(fileobj=made, mode="w") as archive:
        for path, text in files.items():
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(made.getvalue(), mtime=0)


def schema_in(archive: bytes) -> Any:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        [name] = [each for each in opened.getnames() if each.endswith("values.schema.json")]
        file = opened.extractfile(name)
        assert file is not None
        return json.loads(file.read())


class Repository:
    """A chart repository and an OCI registry, which asks for a token and stores blobs elsewhere.

    Attributes:
        answers: contents by path.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: dict[str, bytes] = {}

    def add(self, name: str, archive: bytes, digest: str | None = None) -> None:
        digest = digest or hashlib.sha256(archive).hexdigest()
        entry = {"version": VERSION, "urls": [f"archives/{name}.tgz"], "digest": digest}
        self.answers["/stable/index.yaml"] = json.dumps({"entries": {name: [entry]}}).encode()
        self.answers[f"/stable/archives/{name}.tgz"] = archive


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = served.answers.get(self.path)
            self.send_response(404 if content is None else 200)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Repository(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever)
    thread.start()
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    repositories._entries.cache_clear()  # pyright: ignore[reportPrivateUsage]
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder that is not this one."""
    monkeypatch.setattr(archives, "PROJECT", tmp_path)
    return tmp_path


def with_folder(**settings: Any) -> Environment:
    return environment(platform={"charts": {"folder": FOLDER, **settings}})


def test_references_to_schemas_on_the_internet_are_removed_and_the_rest_is_kept() -> None:
    archive = chart("probe", SCHEMA)
    made, removed = without_remote_schemas(archive)
    assert removed == 1
    properties = schema_in(made)["properties"]
    assert properties == {
        "volumes": {"type": "array", "items": {}},
        "replicas": {"$ref": "#/definitions/count"},
    }
    assert without_remote_schemas(archive)[0] == made
    assert without_remote_schemas(made) == (made, 0)


def test_a_chart_without_such_references_stays_as_it_is() -> None:
    for archive in (chart("probe"), chart("probe", {"type": "object"})):
        assert without_remote_schemas(archive) == (archive, 0)


def test_a_chart_is_downloaded_from_a_repository(repository: Repository) -> None:
    repository.add("probe", chart("probe"))
    found = repositories.download(f"{repository.address}/stable", "probe", VERSION)
    assert found == chart("probe")


def test_another_archive_than_the_announced_one_is_refused(repository: Repository) -> None:
    repository.add("probe", chart("probe"), digest="0" * 64)
    with pytest.raises(RunnerError, match="was announced"):
        repositories.download(f"{repository.address}/stable", "probe", VERSION)


def test_another_archive_than_the_pinned_one_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "chart_digest", lambda *_: "0" * 64)
    monkeypatch.setattr(fetching, "download", lambda *_: chart("probe"))
    with pytest.raises(RunnerError, match=r"cert-manager .*: its digest is [0-9a-f]{64}, and"):
        fetching.fetch_charts(with_folder(), print)
    assert [*(project / FOLDER).glob("*.tgz")] == []


def test_an_archive_that_was_changed_in_the_folder_is_not_installed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "download", lambda *_: chart("probe"))
    fetching.fetch_charts(with_folder(), print)
    first = min((project / FOLDER).glob("*.tgz"))
    first.write_bytes(chart("another"))
    with pytest.raises(MissingArchivesError, match=rf"{first.name} with another digest than in"):
        platform_resources(platform={"charts": {"folder": FOLDER}})
    with pytest.raises(RunnerError, match=rf"{first.name}: its digest is not the one in"):
        fetching.fetch_charts(with_folder(), print)


def test_a_chart_that_a_repository_does_not_have_is_named(repository: Repository) -> None:
    repository.add("probe", chart("probe"))
    with pytest.raises(RunnerError, match=r"probe 9\.9\.9: .* no such version"):
        repositories.download(f"{repository.address}/stable", "probe", "9.9.9")


def test_a_chart_is_downloaded_from_a_public_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = chart("probe")
    digest = f"sha256:{hashlib.sha256(archive).hexdigest()}"
    layer = {"mediaType": repositories.CHART, "digest": digest}
    refusal = Message()
    refusal["WWW-Authenticate"] = (
        'Bearer realm="https://r.example/token",service="r.example",scope="repo:pull"'
    )

    def get(address: str, headers: dict[str, str] | None = None) -> bytes:
        if address == "https://r.example/token?service=r.example&scope=repo%3Apull":
            return b'{"token": "anonymous"}'
        if (headers or {}).get("Authorization") != "Bearer anonymous":
            raise repositories.HTTPError(address, 401, "Unauthorized", refusal, None)
        return {
            f"https://r.example/v2/charts/probe/manifests/{VERSION}": json.dumps(
                {"layers": [layer]}
            ).encode(),
            f"https://r.example/v2/charts/probe/blobs/{digest}": archive,
        }[address]

    monkeypatch.setattr(repositories, "_get", get)
    assert repositories.download("oci://r.example/charts", "probe", VERSION) == archive


def test_every_chart_of_an_environment_is_fetched_once(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def download(_: str, name: str, version: str) -> bytes:
        asked.append(archive_name(name, version))
        return chart(name, SCHEMA if name == "nginx-ingress" else None)

    monkeypatch.setattr(fetching, "download", download)
    told: list[str] = []
    fetching.fetch_charts(with_folder(), told.append)
    written = {path.name for path in (project / FOLDER).iterdir()}
    assert written == {*asked, "sha256sums"}
    assert len([line for line in told if "without 1 references" in line]) == 1
    fetching.fetch_charts(with_folder(), told.append)
    assert len(asked) == len(written) - 1


def test_what_cannot_be_fetched_is_named_at_the_end(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(_: str, name: str, version: str) -> bytes:
        if name == "argo-cd":
            raise RunnerError(f"{name} {version}: no answer")
        return chart(name)

    monkeypatch.setattr(fetching, "download", download)
    with pytest.raises(RunnerError, match=r"argo-cd .*: no answer"):
        fetching.fetch_charts(with_folder(), print)
    assert list((project / FOLDER).glob("nginx-ingress-*.tgz"))


def test_without_a_folder_there_is_nothing_to_fetch() -> None:
    with pytest.raises(RunnerError, match=r"platform\.charts\.folder is not set"):
        fetching.fetch_charts(environment(), print)


def test_releases_use_the_archives_and_no_repository(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "download", lambda _, name, __: chart(name))
    fetching.fetch_charts(with_folder(), print)
    releases = platform_resources(platform={"charts": {"folder": FOLDER}})["helm_release"]
    for release in releases.values():
        assert "repository" not in release
        assert "version" not in release
        assert release["chart"].startswith("./assets/")
    assert releases["nginx_ingress"]["chart"].endswith(".tgz")
    assert str(project) not in json.dumps(releases)


def test_missing_archives_are_named_at_synth(project: Path) -> None:
    assert project.is_dir()
    with pytest.raises(MissingArchivesError) as error:
        platform_resources(platform={"charts": {"folder": FOLDER}})
    assert f"platform.charts.folder: {FOLDER} lacks argo-cd-" in str(error.value)
    assert str(error.value).endswith("`make fetch-charts ENV=test` writes them")


def test_a_mirror_of_f5s_nginx_is_warned_of() -> None:
    path = ("platform", "charts", "mirror")
    mirror = {"charts": {"mirror": "oci://registry.example/charts"}}
    assert "make fetch-charts" in warned(platform=mirror)[path]
    assert path not in warned(platform={**mirror, "ingress": {"controller": "traefik"}})

"""`make versions` (M6): pins, newest versions, ages, a patch of what is newer and compatible."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from config import versions
from runner.versions.report import print_versions
from support.chart_registry import digest_of, serving
from tools.emulator import LocalAws

TODAY = date(2026, 12, 10)
TABLE = versions.table()

CHARTS = {
    "kyverno": {"3.9.1": None, "3.9.2": ">=1.25.0-0", "3.10.0": ">=1.37.0-0", "4.0.0": None},
    "traefik": {"41.6.1": ">=1.25.0-0", "41.7.0-rc.1": None, "41.6.3": "nonsense", "41.6.2": None},
    "cert-manager": {"v1.21.2": None, "v1.22.0": None, "1.23.0": None},
    "external-secrets": {"2.6.0": None, "2.6.1": None, "2.7.0": None, "2.12.0": None},
    "velero": {"12.2.0": None},
}
REGISTRY = {
    "karpenter/karpenter": {"1.14.1": None, "1.14.2": None, "1.12.9": None, "1.15.0": ">=1.37"},
    "autoscaling/cluster-autoscaler": {"v1.36.1": None, "v1.36.2": None, "v1.37.0": None},
    "docker/library/python": {
        "3.14.7-slim-trixie": None,
        "3.14.8-slim-trixie": None,
        "3.14.9": None,
        "3.15.0-slim-trixie": None,
    },
    "velero/velero": {"v1.18.4": None, "v1.18.5": None, "v1.19.0": None},
}


@dataclass(frozen=True)
class Project:
    """A copy of the version table that is older than what there is."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "config" / "versions.yaml"

    @property
    def patch(self) -> Path:
        return self.folder / "versions.patch"

    def print(self, width: int = 200) -> str:
        text = StringIO()
        print_versions(Console(file=text, width=width), self.file, self.patch, TODAY)
        return text.getvalue()

    def json(self) -> dict[str, Any]:
        with redirect_stdout(StringIO()) as text:
            print_versions(Console(), self.file, self.patch, TODAY, json=True)
        return json.loads(text.getvalue())

    def applied(self) -> versions.Versions:
        """The table after `git apply` of the patch."""
        subprocess.run(["git", "apply", str(self.patch)], cwd=self.folder, check=True)
        return versions.read(self.file)


def older(folder: Path, address: str) -> Project:
    """The copy, with one address for all repositories and registries."""
    project = Project(folder)
    project.file.parent.mkdir()
    text = versions.FILE.read_text(encoding="utf-8")
    text = re.sub(r"repository: oci://[^/\s]+", f"repository: oci://{address}", text)
    text = re.sub(r"repository: https://\S+", f"repository: http://{address}/charts", text)
    text = re.sub(r"\n +oci: \S+", "", text)
    text = re.sub(r"registry: \S+", f"registry: {address}", text)
    replaced = {
        TABLE.kubernetes["1.36"].addons["kube-proxy"].version: "v1.36.0-eksbuild.2",
        TABLE.kubernetes["1.36"].amis["al2023"].version: "1.36.1-20260610",
        "2027-08-02": "2027-08-01",
    }
    for newer, old in replaced.items():
        text = text.replace(f": {newer}\n", f": {old}\n")
    project.file.write_text(text, encoding="utf-8")
    return project


@dataclass(frozen=True)
class Answered:
    """What one comparison did, where AWS and the repositories answer.

    Attributes:
        printed: its output.
        before: the text of the table.
        after: that text after `git apply` of the patch.
        table: the table then.
        again: the output of a second comparison.
        data: the same as JSON.
    """

    printed: str
    before: str
    after: str
    table: versions.Versions
    again: str
    data: dict[str, Any]


@pytest.fixture(scope="module")
def answered(running_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answered]:
    with pytest.MonkeyPatch.context() as patched, serving(CHARTS, REGISTRY) as address:
        for name, value in {**running_aws.environment, "AWS_REGION": "eu-west-1"}.items():
            patched.setenv(name, value)
        project = older(tmp_path_factory.mktemp("versions"), address)
        before = project.file.read_text(encoding="utf-8")
        printed = project.print()
        data = project.json()
        table = project.applied()
        again = project.print()
        assert not project.patch.exists()
        yield Answered(
            printed, before, project.file.read_text(encoding="utf-8"), table, again, data
        )


def row(printed: str, name: str, after: str = "") -> list[str]:
    """The cells of the row of a name, in the first table after a title."""
    lines = printed[printed.index(after) :].splitlines()
    at = next(n for n, line in enumerate(lines) if re.match(rf"{re.escape(name)}  ", line))
    headings = [line for line in lines[:at] if line.startswith("Name ")][-1]
    starts = [found.start() for found in re.finditer(r"(?<=  )\S|^\S", headings)]
    line, ends = lines[at], [*starts[1:], None]
    return [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def test_as_json_it_has_every_row(answered: Answered) -> None:
    rows = {(each["name"], each["minor"]): each for each in answered.data["rows"]}
    kyverno = rows["kyverno", None]
    found = [kyverno[key] for key in ("kind", "pinned", "newest", "fitting", "age_in_days")]
    assert found == ["chart", "3.9.1", "4.0.0", "3.9.2", 39]
    assert answered.data["kubernetes"]["1.36"]["standard_support_ends"] == "2027-08-01"
    assert answered.data["patch"] is not None


def test_every_row_has_its_pin_the_newest_version_and_its_age(answered: Answered) -> None:
    printed = answered.printed
    proxy = TABLE.kubernetes["1.36"].addons["kube-proxy"].version
    assert row(printed, "kube-proxy", "Kubernetes 1.36")[1:] == [
        *("v1.36.0-eksbuild.2", proxy, "12 or more"),
        f"EKS does not offer the pinned build; {proxy} is in the patch",
    ]
    assert row(printed, "node image al2023", "Kubernetes 1.36")[3] == "183"
    assert row(printed, "kyverno")[1:] == [
        *("3.9.1", "4.0.0", "39", "a newer major is by hand; 3.9.2 is in the patch")
    ]
    assert row(printed, "external-secrets, on 1.34")[1:4] == ["2.6.0", "2.12.0", "39"]
    assert row(printed, "karpenter")[1:4] == ["1.14.1", "1.15.0", "39"]
    pinned = {name for minor in TABLE.kubernetes.values() for name in minor.addons}
    charts = {name for name, chart in TABLE.charts.items() if chart.bundle is None}
    assert all(name in printed for name in {*pinned, *charts, *TABLE.images})


def test_the_patch_has_what_is_newer_and_compatible(answered: Answered) -> None:
    table = answered.table
    assert {name: table.charts[name].version for name in (*CHARTS, "karpenter")} == {
        "kyverno": "3.9.2",  # 3.10 declares another Kubernetes, 4.0 is another major
        "traefik": "41.6.2",  # no pre-release, nor a range that is not understood
        "cert-manager": "v1.22.0",  # versions of this chart begin with v
        "external-secrets": "2.12.0",
        "velero": "12.2.0",
        "karpenter": "1.14.2",
    }
    assert table.charts["external-secrets"].versions["1.34"].version == "2.6.1"
    assert table.images["velero/velero"].version == "v1.18.5"
    assert table.images["docker/library/python"].version == "3.14.8-slim-trixie"
    newest = table.kubernetes["1.36"]
    assert newest.images["autoscaling/cluster-autoscaler"].version == "v1.36.2"
    for name, pin in TABLE.kubernetes["1.36"].addons.items():
        assert newest.addons[name].version == pin.version
    assert newest.amis["al2023"].version == TABLE.kubernetes["1.36"].amis["al2023"].version
    assert newest.standard_support_ends == TABLE.kubernetes["1.36"].standard_support_ends
    assert table.as_of == TODAY


def test_the_patch_leaves_the_rest_and_says_which_files_the_tests_have(answered: Answered) -> None:
    assert answered.table.charts["kyverno"].data == TABLE.charts["kyverno"].data
    assert answered.table.charts["karpenter"].data == "1.14.1"
    assert answered.table.charts["velero"] == TABLE.charts["velero"].model_copy(
        update={
            "repository": answered.table.charts["velero"].repository,
            "digest": answered.table.charts["velero"].digest,
        }
    )
    comments = [
        [line for line in text.splitlines() if line.strip().startswith("#")]
        for text in (answered.before, answered.after)
    ]
    assert comments[0] == comments[1]
    assert "No answer is newer and compatible: there is no patch." in answered.again


def test_digests_of_charts_are_recorded_from_where_they_are_published(answered: Answered) -> None:
    charts = answered.table.charts
    for name in ("kyverno", "karpenter"):
        assert charts[name].digest == digest_of(name, charts[name].version)
    older = charts["external-secrets"].versions["1.34"]
    assert older.digest == digest_of("external-secrets", older.version)
    # What is not newer gets its digest, too.
    assert charts["velero"].version == TABLE.charts["velero"].version
    assert charts["velero"].digest == digest_of("velero", charts["velero"].version)


def test_an_archive_that_was_replaced_is_noted_and_its_digest_stays(
    tmp_path: Path,
) -> None:
    with serving(CHARTS, REGISTRY) as address:
        project = older(tmp_path, address)
        text = project.file.read_text(encoding="utf-8")
        pin = TABLE.charts["velero"].version
        line, recorded = f"    version: {pin}\n", f'    digest: "{"0" * 64}"\n'
        project.file.write_text(text.replace(line, f"{line}{recorded}"), encoding="utf-8")
        printed = project.print()
        assert project.applied().charts["velero"].digest == "0" * 64
    assert "its archive has been replaced" in " ".join(printed.split())


def test_what_aws_offers_is_confirmed_with_its_source(answered: Answered) -> None:
    assert TABLE.kubernetes["1.36"].addons["metrics-server"].unconfirmed
    pin = answered.table.kubernetes["1.36"].addons["metrics-server"]
    assert not pin.unconfirmed
    assert pin.source.endswith("API_DescribeAddonVersions.html (asked for 1.36 on 2026-12-10)")


def test_refused_calls_leave_the_rest_as_it_is(
    aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    aws.inject("eks", "DescribeClusterVersions", "AccessDeniedException", status=403)
    with serving(CHARTS, {}) as address:
        project = older(tmp_path, address)
        printed = project.print()
    assert "No answer: AWS: An error occurred (AccessDeniedException)" in printed
    assert f"http://{address}/charts: has no chart argo-cd" in printed
    table = project.applied()
    assert table.as_of == TABLE.as_of
    assert table.charts["kyverno"].version == "3.9.2"


def test_without_a_network_and_credentials_pins_and_ages_are_printed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    project = older(tmp_path, "127.0.0.1:1")
    project.patch.write_text("of another day")
    printed = project.print()
    assert row(printed, "argo-cd")[1:4] == ["10.10.2", "unknown", "12 or more"]
    assert "No answer: AWS: Unable to locate credentials" in printed
    assert "No answer: 127.0.0.1:1: Connection refused" in printed
    assert "Nothing answered: there is no patch." in printed
    assert not project.patch.exists()

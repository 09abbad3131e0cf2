"""What `make verify-charts` does with a chart repository: here one on loopback."""

import functools
import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modules.helm.custom_resources import CHART
from support.addon_environments import MINORS
from support.helm import run
from support.real_charts import UnreachableError, pulled, rendered_problems

pytestmark = pytest.mark.usefixtures("real_helm")

NAME, VERSION = "custom-resources", "1.0.0"

POLICY: dict[str, Any] = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "deny"},
    "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
}
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "once"},
    "spec": {"containers": [{"name": "a", "image": "example.com/a:1"}]},
}
POOL: dict[str, Any] = {
    "apiVersion": "karpenter.sh/v1",
    "kind": "NodePool",
    "metadata": {"name": "default"},
}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, and keeps the terminal clean."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ARG002
        return


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a repository with our own chart."""
    folder = tmp_path_factory.mktemp("repository")
    for arguments in (("package", str(CHART), "-d", str(folder)), ("repo", "index", str(folder))):
        done = run(*arguments)
        assert done.returncode == 0, done.stderr
    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def found(chart: Path, *resources: dict[str, Any]) -> set[str]:
    values = {"resources": list(resources)}
    return rendered_problems(chart, "sample", values, "team", MINORS[-1], "restricted")


def test_a_chart_is_fetched_and_rendered(repository: str, tmp_path: Path) -> None:
    chart = pulled(repository, NAME, VERSION, tmp_path)
    assert (chart / "Chart.yaml").is_file()
    assert found(chart, POLICY) == set()


def test_what_kubernetes_would_refuse_is_found(repository: str, tmp_path: Path) -> None:
    chart = pulled(repository, NAME, VERSION, tmp_path)
    wrong = {**POLICY, "spec": {"podSelector": {}, "policyTipes": ["Ingress"]}}
    (problem,) = found(chart, wrong)
    assert "'policyTipes' was unexpected" in problem


def test_a_pod_that_pod_security_refuses_is_found(repository: str, tmp_path: Path) -> None:
    chart = pulled(repository, NAME, VERSION, tmp_path)
    assert "Pod once: a: runAsNonRoot is not true" in found(chart, POD)
    metadata = {**POD["metadata"], "annotations": {"helm.sh/hook": "test"}}
    assert found(chart, {**POD, "metadata": metadata}) == set()


def test_custom_resources_are_checked_by_their_crds(repository: str, tmp_path: Path) -> None:
    chart = pulled(repository, NAME, VERSION, tmp_path)
    assert found(chart, POOL) == set()


def test_values_that_the_chart_refuses_are_an_error(repository: str, tmp_path: Path) -> None:
    chart = pulled(repository, NAME, VERSION, tmp_path)
    with pytest.raises(RuntimeError, match="resourcez"):
        rendered_problems(chart, "sample", {"resourcez": []}, "team", MINORS[-1], "restricted")


@pytest.mark.parametrize(("name", "version"), [(NAME, "9.9.9"), ("no-such-chart", VERSION)])
def test_an_unpublished_version_is_an_error(
    repository: str, tmp_path: Path, name: str, version: str
) -> None:
    with pytest.raises(LookupError, match="not found"):
        pulled(repository, name, version, tmp_path)


@pytest.mark.parametrize("scheme", ["http", "oci"])
def test_a_repository_that_does_not_answer_is_reported_with_the_reason(
    tmp_path: Path, scheme: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address = f"{scheme}://127.0.0.1:{port}"
    with pytest.raises(UnreachableError, match=f"cannot reach {address}: .*connection refused"):
        pulled(address, NAME, VERSION, tmp_path)

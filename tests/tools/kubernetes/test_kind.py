"""Tests fill and empty a cluster, so of all that KUBECONFIG may name only kind's is taken."""

import base64
from pathlib import Path

import pytest
import yaml

from tools.kubernetes.cluster import kind_access

DATA = base64.b64encode(b"certificate").decode()


def _config(path: Path, context: str, server: str) -> dict[str, str]:
    content = {
        "current-context": context,
        "contexts": [{"name": context, "context": {"cluster": context, "user": context}}],
        "clusters": [
            {"name": context, "cluster": {"server": server, "certificate-authority-data": DATA}}
        ],
        "users": [
            {
                "name": context,
                "user": {"client-certificate-data": DATA, "client-key-data": DATA},
            }
        ],
    }
    file = path / "config"
    file.write_text(yaml.safe_dump(content))
    return {"KUBECONFIG": str(file)}


def test_a_cluster_of_kind_is_taken(tmp_path: Path) -> None:
    environ = _config(tmp_path, "kind-tests", "https://127.0.0.1:6443")
    access = kind_access(environ, tmp_path)
    assert access is not None
    assert access.server == "https://127.0.0.1:6443"
    assert Path(access.ca_file).read_text() == "certificate"


@pytest.mark.parametrize(
    ("context", "server"),
    [
        ("prod", "https://127.0.0.1:6443"),
        ("kind-tests", "https://ABCD.gr7.eu-west-1.eks.amazonaws.com"),
    ],
)
def test_any_other_cluster_is_left_alone(tmp_path: Path, context: str, server: str) -> None:
    assert kind_access(_config(tmp_path, context, server), tmp_path) is None


@pytest.mark.parametrize("environ", [{}, {"KUBECONFIG": "/nowhere/config"}])
def test_without_a_kubeconfig_there_is_none(tmp_path: Path, environ: dict[str, str]) -> None:
    assert kind_access(environ, tmp_path) is None

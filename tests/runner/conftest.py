"""Fixtures of the runner's tests."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.kubernetes.api import Kubernetes
from runner.manifest import Stack, read_manifest
from support.cluster_environment import CLUSTER, Environment
from support.fake_kubernetes import FakeKubernetes, serving
from support.leftovers import make_vpc
from support.state_objects import (
    BUCKET,
    REGION,
    TAGS,
    applied,
    backend,
    make_bucket,
    write_stacks,
)
from tools.emulator import LocalAws


@pytest.fixture
def aws(aws: LocalAws) -> LocalAws:
    """An emulated account with nothing but an empty state bucket; this process talks to it."""
    make_bucket(aws)
    return aws


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Stack]:
    """Stacks without resources: state, network, edge and cluster of dev."""
    outdir = tmp_path / "cdktf.out"
    monkeypatch.setenv("CDKTF_OUTDIR", str(outdir))
    return write_stacks(outdir)


@pytest.fixture
def environment(aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    outdir = tmp_path / "cdktf.out"
    monkeypatch.setenv("CDKTF_OUTDIR", str(outdir))
    write_stacks(outdir)
    made = outdir / "stacks"
    platform = made / "dev-platform"
    platform.mkdir()
    provider = {"aws": [{"region": REGION, "default_tags": [{"tags": TAGS}]}]}
    releases = {"karpenter": {"name": "karpenter", "namespace": "kube-system", "timeout": 900}}
    documents = {
        "network": {"resource": {"aws_vpc": {"vpc": {}}}},
        "cluster": {
            "resource": {"aws_eks_cluster": {"cluster": {"name": CLUSTER, "version": "1.36"}}}
        },
        "platform": {
            "resource": {"helm_release": releases},
            "data": {"aws_eks_cluster": {"existing": {"name": CLUSTER}}},
        },
    }
    for name, document in documents.items():
        terraform = {"backend": {"s3": backend(name)}}
        whole = {"terraform": terraform, "provider": provider, **document}
        (made / f"dev-{name}" / "cdk.tf.json").write_text(json.dumps(whole))
    manifest = json.loads((outdir / "manifest.json").read_text())
    manifest["stacks"]["dev-platform"] = {
        "workingDirectory": "stacks/dev-platform",
        "dependencies": ["dev-state", "dev-cluster"],
    }
    (outdir / "manifest.json").write_text(json.dumps(manifest))
    vpc = make_vpc(aws)
    applied(aws, "state", "edge", "cluster", "platform")
    network = {
        "mode": "managed",
        "type": "aws_vpc",
        "name": "vpc",
        "instances": [{"attributes": {"id": vpc}}],
    }
    state = {"lineage": "network", "serial": 1, "outputs": {}, "resources": [network]}
    aws.client("s3", REGION).put_object(
        Bucket=BUCKET, Key="dev/network.tfstate", Body=json.dumps(state).encode()
    )
    return Environment(aws, read_manifest(outdir), vpc)


@pytest.fixture
def kubernetes(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeKubernetes]:
    """The API of the cluster; the commands find it."""
    with serving() as fake:
        api = Kubernetes(fake.access, lambda: "token")
        monkeypatch.setattr("runner.destroy.teardown.connect_to", lambda *_: api)
        monkeypatch.setattr("runner.helm_locks.connect_to", lambda *_: api)
        yield fake

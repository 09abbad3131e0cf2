"""A private API (M4): the runner says how to reach it, and `make tunnel` leads the tools to it.

The sockets, the TLS handshakes and the proxy are real. Behind Session Manager, which a program on
this machine stands in for, is a TLS server whose certificate has the name of the endpoint only.
"""

import base64
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from runner.errors import RunnerError
from runner.kubernetes import reach
from runner.kubernetes.api import KubernetesUnreachableError
from runner.kubernetes.connection import connect_to
from runner.kubernetes.tunnel_record import open_tunnel
from runner.stages import Run, apply, destroy, plan
from runner.tunnel.tunnel import opened, tunnel
from support.cluster_environment import CLUSTER, Environment
from support.fake_kubernetes import FakeKubernetes, serving
from support.fake_terraform import FakeTerraform
from support.machines import machine
from support.session_manager import FakeSessionManager
from support.state_objects import REGION
from tools.kubernetes.certificates import Authority

HOST: Final = "0a1b.gr7.eu-west-1.eks.amazonaws.com"

_PROVIDER: Final = """\
#!{python}
import http.client, json, os, ssl, sys
if sys.argv[1:] == ["version"]:
    print("Terraform v1.11.4")
elif sys.argv[1] in ("plan", "apply"):
    assert os.environ["KUBE_PROXY"] == os.environ["KUBE_PROXY_URL"]
    address, port = os.environ["KUBE_PROXY_URL"].removeprefix("http://").split(":")
    api = http.client.HTTPSConnection(
        address, int(port), context=ssl.create_default_context(cafile={authority!r})
    )
    api.set_tunnel({host!r}, 443)
    api.request("GET", "/version")
    print("terraform", sys.argv[1], "sees", api.getresponse().read().decode())
"""


@dataclass
class Private:
    """A cluster whose API is behind Session Manager only."""

    environment: Environment
    api: FakeKubernetes
    authority: Path
    session_manager: FakeSessionManager

    def node(self, policy: str | None = "AmazonSSMManagedInstanceCore") -> str:
        aws = self.environment.aws
        return machine(aws, policy, REGION, **{"eks__cluster-name": CLUSTER})

    def reach(self) -> None:
        connect_to(self.environment.target.location, CLUSTER, REGION)


@pytest.fixture
def private(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Private]:
    authority = Authority("kubernetes", tmp_path)
    file = tmp_path / "authority.pem"
    file.write_bytes(authority.certificate)
    found = {
        "name": CLUSTER,
        "endpoint": f"https://{HOST}",
        "certificateAuthority": {"data": base64.b64encode(authority.certificate).decode()},
        "resourcesVpcConfig": {"endpointPublicAccess": False},
    }
    for module in ("kubernetes.connection", "tunnel.tunnel"):
        monkeypatch.setattr(f"runner.{module}.described", lambda *_: found)
    monkeypatch.delenv("KUBE_PROXY_URL", raising=False)
    with serving(authority.context(HOST)) as api:
        routes = {f"{HOST}:443": urlsplit(api.access.endpoint).port or 0}
        session_manager = FakeSessionManager(tmp_path, monkeypatch, routes)
        yield Private(environment, api, file, session_manager)


@contextlib.contextmanager
def tunnel_to(private: Private) -> Iterator[tuple[Path, list[str]]]:
    said: list[str] = []
    with opened(private.environment.stacks, said.append) as kubeconfig:
        yield kubeconfig, said


@pytest.mark.parametrize("work", [plan, apply])
def test_without_a_way_to_it_the_run_ends_before_the_platform_and_names_the_ways(
    work: Any, private: Private, fake_terraform: FakeTerraform, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = time.monotonic()
    with pytest.raises(KubernetesUnreachableError) as error:
        work(Run(private.environment.stacks, only="platform", approve=True))
    assert time.monotonic() - begun < 5 * reach.CONNECT_SECONDS
    assert fake_terraform.calls == []
    assert str(error.value).startswith(
        f"The Kubernetes API of dev does not answer at https://{HOST} "
        f"(the name {HOST} does not resolve). dev-platform needs it, so Terraform was not started"
    )
    for way in (
        "`make tunnel ENV=dev` in a second terminal",
        "A VPN, VPC peering or a transit gateway",
        "cluster.api_access_cidrs",
        "public_access_cidrs, then `make apply ENV=dev STACK=cluster`",
        "inside the VPC, for example in CodeBuild",
    ):
        assert way in str(error.value)

    with pytest.raises(KubernetesUnreachableError):
        work(Run(private.environment.stacks, approve=True))
    assert {call[0] for call in fake_terraform.calls} == {
        f"dev-{stack}" for stack in ("state", "network", "edge", "cluster")
    }
    early = "Before dev-platform this apply will stop, unless that changes: The Kubernetes API"
    assert (early in capsys.readouterr().out) == (work is apply)


def test_a_destroy_ends_before_the_platform_as_well(
    private: Private, fake_terraform: FakeTerraform
) -> None:
    run = Run(private.environment.stacks, approve=True)
    with pytest.raises(KubernetesUnreachableError, match="dev-platform needs it, so Terraform"):
        destroy(run)
    assert fake_terraform.calls == []
    # Terraform cannot destroy its Helm releases without the API, but the user has asked for it.
    destroy(replace(run, only="platform", without_kubernetes=True))
    assert fake_terraform.calls[-1][:2] == ["dev-platform", "destroy"]


def test_an_address_that_drops_packets_is_given_up_after_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def dropping(address: tuple[str, int], timeout: float) -> None:
        assert (address, timeout) == (("127.0.0.1", 443), reach.CONNECT_SECONDS)
        raise TimeoutError("timed out")

    assert reach.CONNECT_SECONDS <= 5
    monkeypatch.setattr("socket.create_connection", dropping)
    reason = reach.why_unreachable("https://127.0.0.1")
    assert reason == "127.0.0.1 does not answer on port 443 within 3 s"


def test_plan_apply_and_the_runner_use_the_tunnel_while_it_is_open(
    private: Private, fake_terraform: FakeTerraform, capfd: pytest.CaptureFixture[str]
) -> None:
    node = private.node()
    fake_terraform.is_script(
        _PROVIDER.format(python=sys.executable, host=HOST, authority=str(private.authority))
    )
    platform = Run(private.environment.stacks, only="platform", approve=True)
    with tunnel_to(private) as (kubeconfig, said):
        plan(platform)
        apply(platform)
        printed = capfd.readouterr().out
        for command in ("plan", "apply"):
            assert f'terraform {command} sees {{"gitVersion": "v1.36.0"}}' in printed
        [session] = private.session_manager.sessions
        assert session["node"] == node
        assert session["document"] == "AWS-StartPortForwardingSessionToRemoteHost"
        assert session["parameters"]["host"] == [HOST]
        assert f"export KUBECONFIG={kubeconfig}" in said[-1]
        assert f"export KUBE_PROXY_URL={open_tunnel('dev')}" in said[-1]
        with pytest.raises(RunnerError, match="A tunnel to dev is open already"):
            tunnel(private.environment.stacks, said.append)
    assert open_tunnel("dev") is None
    assert not kubeconfig.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(session["pid"], 0)
    with pytest.raises(KubernetesUnreachableError):
        plan(platform)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl on the PATH")
def test_kubectl_uses_the_tunnel_with_its_kubeconfig(private: Private) -> None:
    private.node()
    with tunnel_to(private) as (kubeconfig, _):
        done = subprocess.run(
            ["kubectl", "--kubeconfig", str(kubeconfig), "get", "--raw", "/version"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert json.loads(done.stdout or "{}") == {"gitVersion": "v1.36.0"}, done.stderr
        assert kubeconfig.stat().st_mode & 0o077 == 0


def test_a_session_that_ended_is_begun_again_through_a_node_that_runs(private: Private) -> None:
    first = private.node()
    with tunnel_to(private) as (_, said):
        second = private.node()
        private.environment.aws.client("ec2", REGION).terminate_instances(InstanceIds=[first])
        pid = private.session_manager.sessions[0]["pid"]
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        private.reach()
        assert [each["node"] for each in private.session_manager.sessions] == [first, second]
        assert said[-1] == f"Starting a session to {second}, a node of dev."


def test_the_tunnel_leads_nowhere_else(private: Private) -> None:
    private.node()
    with tunnel_to(private):
        proxy = urlsplit(open_tunnel("dev") or "")
        for request in (b"CONNECT 10.0.0.1:22 HTTP/1.1", b"GET http://10.0.0.1/ HTTP/1.1"):
            with socket.create_connection((proxy.hostname, proxy.port)) as client:
                client.sendall(request + b"\r\n\r\n")
                assert client.recv(1000).startswith(
                    b"HTTP/1.1 403 This proxy leads to " + HOST.encode()
                )


def test_it_is_open_until_it_is_ended(private: Private) -> None:
    private.node()
    said: list[str] = []
    before = signal.getsignal(signal.SIGTERM)

    ended = threading.Event()

    def end() -> None:
        while not ended.wait(0.01):
            if signal.getsignal(signal.SIGTERM) != before:
                os.kill(os.getpid(), signal.SIGTERM)
                return

    threading.Thread(target=end, daemon=True).start()
    try:
        tunnel(private.environment.stacks, said.append)
    finally:
        ended.set()
    assert said[-1] == "The tunnel is closed."
    assert signal.getsignal(signal.SIGTERM) == before


def test_what_is_missing_is_named(private: Private, monkeypatch: pytest.MonkeyPatch) -> None:
    def message() -> str:
        with pytest.raises(RunnerError) as error, tunnel_to(private):
            pass
        return str(error.value)

    assert message().startswith("The cluster dev has no running node in eu-west-1")
    without = private.node(policy=None)
    assert f"none of the 1 running nodes of dev: {without} (not registered)" in message()
    assert "AmazonSSMManagedInstanceCore" in message()
    node = private.node()
    private.session_manager.answers(node)
    assert f"{node} ended: An error occurred (TargetNotConnected)" in message()
    private.session_manager.answers(version="1.2.707.0")
    assert message().startswith(
        "session-manager-plugin is version 1.2.707.0. `make tunnel` needs session-manager-plugin "
        "1.2.764 or newer: https://docs.aws.amazon.com/"
    )
    monkeypatch.setenv("PATH", os.fspath(Path(sys.executable).parent))
    assert message().startswith("aws is not on the PATH. `make tunnel` needs aws 1.16.12 or newer")

"""A control plane on this machine: etcd, API server, controllers, scheduler, and kwok."""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tools.kubernetes.client import Access, Client, KubernetesError
from tools.kubernetes.cluster import SIMULATED
from tools.kubernetes.programs import Programs

LOOPBACK: Final = "127.0.0.1"
SERVICE_CIDR: Final = "172.20.0.0/16"
"""What EKS gives to Services where the VPC is in 10.0.0.0/8."""

NODE_IP: Final = "10.0.11.5"
"""The InternalIP of every simulated node; no test reads it."""

_ENDS_WITH_STDIN: Final = "CONTROL_PLANE_ENDS_WITH_STDIN"
_START_SECONDS: Final = 90
_STOP_SECONDS: Final = 5
_POLL_SECONDS: Final = 0.1


class KubernetesStartError(RuntimeError):
    """A part did not start; the message has the end of what it printed."""


class ControlPlane:
    """The processes of one control plane, their files in one folder."""

    def __init__(self, programs: Programs, folder: Path) -> None:
        self._programs, self._folder = programs, folder
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start_api(self, minor: str, egress: Path) -> Access:
        """Starts etcd and the API server, and waits until it is ready.

        Args:
            minor: what it emulates; its own version where it is empty.
            egress: how it connects to pods.
        """
        etcd, peers, api = _free_ports(3)
        self._start_etcd(etcd, peers)
        token, key = self._write_credentials()
        self._start(
            "kube-apiserver",
            f"--etcd-servers=http://{LOOPBACK}:{etcd}",
            f"--bind-address={LOOPBACK}",
            f"--advertise-address={LOOPBACK}",
            f"--secure-port={api}",
            f"--cert-dir={self._folder}",
            f"--token-auth-file={self._folder / 'tokens.csv'}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true",
            f"--service-cluster-ip-range={SERVICE_CIDR}",
            # There is no Service `kubernetes` with a loopback address, which is none for pods.
            "--endpoint-reconciler-type=none",
            # As on EKS, it connects to the addresses of pods, and to those that are ready only.
            "--enable-aggregator-routing=true",
            f"--egress-selector-config-file={egress}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            *([f"--emulated-version={minor}"] if minor and self._programs.built else []),
        )
        # The API server signs its own certificate; clients trust the file that it writes.
        access = Access(f"https://{LOOPBACK}:{api}", str(self._folder / "apiserver.crt"), token)
        self._wait(lambda: _is_ready(access))
        return access

    def start_controllers(self) -> None:
        """Starts the controller-manager and the scheduler, with no limits on their requests."""
        common = (
            f"--kubeconfig={self._folder / 'kubeconfig'}",
            "--leader-elect=false",
            "--secure-port=0",
            "--kube-api-qps=500",
            "--kube-api-burst=1000",
        )
        self._start(
            "kube-controller-manager",
            *common,
            # No kubelet attaches the volumes of simulated pods or reports them detached.
            "--controllers=*,-persistentvolume-attach-detach-controller",
            "--use-service-account-credentials=true",
            f"--service-account-private-key-file={self._folder / 'service-accounts.key'}",
            f"--root-ca-file={self._folder / 'apiserver.crt'}",
            # A test does not wait for the default of 15 s until an autoscaler acts.
            "--horizontal-pod-autoscaler-sync-period=1s",
            "--concurrent-namespace-syncs=20",
            "--concurrent-gc-syncs=20",
        )
        self._start("kube-scheduler", *common)

    def start_nodes(self) -> None:
        """Starts kwok, which simulates the nodes with its annotation and their pods."""
        stages = self._folder / "stages.yaml"
        stages.write_bytes(
            subprocess.run(
                self._programs.command("kwok-stages"), stdout=subprocess.PIPE, check=True
            ).stdout
        )
        ((key, value),) = SIMULATED.items()
        self._start(
            "kwok",
            f"--kubeconfig={self._folder / 'kubeconfig'}",
            f"--manage-nodes-with-annotation-selector={key}={value}",
            f"--config={stages}",
            f"--node-ip={NODE_IP}",
            "--node-lease-duration-seconds=40",
            "--node-port=0",
            "--server-address=",
        )

    def wait_for_controllers(self, client: Client) -> None:
        """Waits until pods can be created: every namespace then has its default account."""
        self._wait(lambda: client.get("v1", "ServiceAccount", "default", "default") is not None)

    def stop(self) -> None:
        """Ends every part, those that need others first."""
        for _, process in reversed(self._running):
            process.terminate()
            if process.stdin is not None:
                process.stdin.close()
        for _, process in reversed(self._running):
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start_etcd(self, port: int, peers: int) -> None:
        client, peer = f"http://{LOOPBACK}:{port}", f"http://{LOOPBACK}:{peers}"
        self._start(
            "etcd",
            f"--data-dir={self._folder / 'etcd'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            # The data lives no longer than the test, so nothing has to survive a power cut.
            "--unsafe-no-fsync",
            "--log-level=warn",
        )

    def _write_credentials(self) -> tuple[str, Path]:
        token = secrets.token_hex(16)
        tokens = self._folder / "tokens.csv"
        tokens.touch(mode=0o600)
        tokens.write_text(f"{token},administrator,administrator,system:masters\n")
        key = self._folder / "service-accounts.key"
        key.touch(mode=0o600)
        key.write_bytes(
            rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return token, key

    def _start(self, part: str, *arguments: str) -> None:
        with (self._folder / f"{part}.log").open("wb") as log:
            process = subprocess.Popen(
                self._programs.command(part, *arguments),
                cwd=self._folder,
                env={**os.environ, _ENDS_WITH_STDIN: "1"},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C goes to the whole process group; the tests still have to clean up then.
                start_new_session=True,
            )
        self._running.append((part, process))

    def _wait(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not ready():
            for part, process in self._running:
                if process.poll() is not None:
                    raise KubernetesStartError(f"{part} ended: {self._end_of_log(part)}")
            if time.monotonic() > deadline:
                logs = "\n".join(f"{part}: {self._end_of_log(part)}" for part, _ in self._running)
                raise KubernetesStartError(f"not ready after {_START_SECONDS} s\n{logs}")
            time.sleep(_POLL_SECONDS)

    def _end_of_log(self, part: str) -> str:
        return (self._folder / f"{part}.log").read_text(errors="replace")[-1500:].strip()


def _is_ready(access: Access) -> bool:
    if not Path(access.ca_file).is_file():
        return False
    with suppress(KubernetesError, OSError), closing(Client(access)) as client:
        client.request("GET", "/readyz")
        return True
    return False


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [each.getsockname()[1] for each in sockets]

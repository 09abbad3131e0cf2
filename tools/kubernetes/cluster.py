"""A Kubernetes cluster that tests may fill and empty: ours, or one of kind."""

import base64
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from tools.kubernetes.client import Access, Client
from tools.kubernetes.programs import Programs

SIMULATED: Final = {"kwok.x-k8s.io/node": "fake"}
"""The annotation of nodes that kwok simulates; it leaves all others alone."""

_HELM_FOLDERS: Final = ("CACHE", "CONFIG", "DATA")


@dataclass(frozen=True)
class Cluster:
    """A running cluster.

    Attributes:
        access: how its administrator reaches it.
        kubeconfig: a kubeconfig of the administrator.
        programs: kubectl and helm for it.
        ca_bundle: the certificates of what answers its webhooks; empty where nothing does.
    """

    access: Access
    kubeconfig: Path
    programs: Programs
    ca_bundle: str = ""
    _clients: list[Client] = field(default_factory=list[Client], init=False, repr=False)

    def client(self) -> Client:
        """A client of its administrator, which is closed with the cluster."""
        self._clients.append(Client(self.access))
        return self._clients[-1]

    def close(self) -> None:
        """Closes the clients."""
        for client in self._clients:
            client.close()

    @property
    def variables(self) -> dict[str, str]:
        """The variables that lead kubectl and helm to it, and to no other cluster."""
        # Helm's own folders keep repositories, plugins and registry logins of the user out.
        home = self.kubeconfig.parent
        folders = {f"HELM_{name}_HOME": f"{home}/helm-{name.lower()}" for name in _HELM_FOLDERS}
        return {**folders, "KUBECONFIG": str(self.kubeconfig)}

    def kubectl(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Runs kubectl."""
        return self._run("kubectl", arguments, stdin)

    def helm(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Runs Helm."""
        return self._run("helm", arguments, stdin)

    def _run(
        self, program: str, arguments: tuple[str, ...], stdin: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.programs.command(program, *arguments),
            input=stdin,
            env={**os.environ, **self.variables},
            capture_output=True,
            text=True,
            check=False,
        )


def write_kubeconfig(path: Path, access: Access) -> None:
    """Writes a kubeconfig with one context, for kubectl, Helm and the control plane's parts."""
    user: dict[str, str] = {"token": access.token}
    if access.certificate:
        certificate, key = access.certificate
        user = {"client-certificate": certificate, "client-key": key}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "tests",
        "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "tests"}}],
        "clusters": [
            {
                "name": "tests",
                "cluster": {
                    "server": access.server,
                    "certificate-authority": access.ca_file,
                },
            }
        ],
        "users": [{"name": "tests", "user": user}],
    }
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(content))


def kind_access(environ: Mapping[str, str], folder: Path) -> Access | None:
    """How to reach the kind cluster that KUBECONFIG leads to; None where it leads to none.

    Tests fill and empty a cluster. So nothing but a context of kind on this machine is taken,
    whatever else KUBECONFIG names.
    """
    path = Path(environ.get("KUBECONFIG") or os.devnull)
    if not path.is_file():
        return None
    config: dict[str, Any] = yaml.safe_load(path.read_text()) or {}
    current = config.get("current-context") or ""
    context = _named(config, "contexts", current).get("context", {})
    cluster = _named(config, "clusters", context.get("cluster", "")).get("cluster", {})
    user = _named(config, "users", context.get("user", "")).get("user", {})
    server = cluster.get("server", "")
    if not current.startswith("kind-") or not server.startswith("https://127.0.0.1:"):
        return None
    ca_file = _decoded(folder / "ca.crt", cluster["certificate-authority-data"])
    if "token" in user:
        return Access(server, ca_file, user["token"])
    certificate = _decoded(folder / "user.crt", user["client-certificate-data"])
    key = _decoded(folder / "user.key", user["client-key-data"])
    return Access(server, ca_file, certificate=(certificate, key))


def _named(config: Mapping[str, Any], section: str, name: str) -> dict[str, Any]:
    return next((each for each in config.get(section) or () if each.get("name") == name), {})


def _decoded(path: Path, data: str) -> str:
    path.touch(mode=0o600)
    path.write_bytes(base64.b64decode(data))
    return str(path)

"""Where each program of the control plane comes from."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.kubernetes.build import BuildError, built

ASSETS: Final = "KUBEBUILDER_ASSETS"
"""Names a folder with etcd, kube-apiserver and kubectl, as controller-runtime's envtest uses it:
https://book.kubebuilder.io/reference/envtest"""

BUILT: Final = "control-plane"
HELM: Final = "helm"
REPLACEABLE: Final = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    HELM,
)
"""What is taken from that folder where it has it."""

ALWAYS_BUILT: Final = ("kwok", "kwok-stages")
"""kwok's stages belong to its version, and no release of it ships them as a file."""


class ProgramsMissingError(RuntimeError):
    """A program is missing; the message says which, and what to install or set."""


@dataclass(frozen=True)
class Programs:
    """The programs of a control plane.

    Attributes:
        commands: the first arguments of a command line, by the name of the program.
    """

    commands: Mapping[str, tuple[str, ...]]

    def command(self, name: str, *arguments: str) -> list[str]:
        """A command line."""
        return [*self.commands[name], *arguments]

    @property
    def built(self) -> bool:
        """Whether the API server is the one built here, whose version is known."""
        return len(self.commands["kube-apiserver"]) > 1


def find(environ: Mapping[str, str] = os.environ) -> Programs:
    """The programs of `KUBEBUILDER_ASSETS` where it is set, and those built here for the rest.

    Raises:
        ProgramsMissingError: the folder is no such folder, or a program cannot be built.
    """
    assets = _of_assets(environ)
    try:
        folder = built()
    except BuildError as error:
        raise ProgramsMissingError(str(error)) from error
    own = {name: (str(folder / BUILT), name) for name in (*REPLACEABLE, *ALWAYS_BUILT)}
    return Programs(own | {HELM: (str(folder / HELM),)} | assets)


def _of_assets(environ: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    named = environ.get(ASSETS)
    if not named:
        return {}
    found = {name: shutil.which(name, path=str(Path(named).expanduser())) for name in REPLACEABLE}
    if found["etcd"] is None or found["kube-apiserver"] is None:
        raise ProgramsMissingError(
            f"{ASSETS} is {named}, which has no etcd and kube-apiserver to run. "
            "Set it to a folder that `setup-envtest use -p path` prints, or unset it."
        )
    return {name: (path,) for name, path in found.items() if path}

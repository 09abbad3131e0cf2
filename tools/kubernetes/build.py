"""Builds the control plane and Helm from their Go modules, once for each set of versions.

No release of Kubernetes, etcd and kwok has to be downloaded from places of their own: versions
and checksums are those of control-plane/go.mod and go.sum, and Go's module proxy is enough.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

SOURCES: Final = Path(__file__).with_name("control-plane")
HELM: Final = "helm.sh/helm/v3/cmd/helm"
_PACKAGES: Final = (".", HELM)
_PROGRAMS: Final = ("control-plane", "helm")
_REPORT_SECONDS: Final = 30

INSTALLED: Final = "/usr/local/go/bin"
"""Where Go is by its own instructions, which a shell's start-up file adds to the PATH."""

OWN: Final = Path(__file__).parents[2] / ".go" / "bin"
"""Where scripts/setup-go installs it, if the machine has none or an older one."""


class BuildError(RuntimeError):
    """The programs cannot be built here; the message says why and what to do."""


def kubernetes_version() -> str:
    """The version of Kubernetes in go.mod, for example `1.36.3`.

    Raises:
        BuildError: go.mod names none.
    """
    found = re.search(r"^\tk8s\.io/kubernetes v(\S+)$", _text("go.mod"), re.MULTILINE)
    if found is None:
        raise BuildError(f"{SOURCES / 'go.mod'} requires no k8s.io/kubernetes")
    return found[1]


def _go_version() -> str:
    found = re.search(r"^go (\d+\.\d+)", _text("go.mod"), re.MULTILINE)
    return found[1] if found else "1.26"


def built() -> Path:
    """The folder with `control-plane` and `helm`; builds them where no earlier run did.

    Raises:
        BuildError: Go is missing, or it fails.
    """
    folder = _folder()
    if _complete(folder):
        return folder
    go = shutil.which("go", path=OWN) or shutil.which("go") or shutil.which("go", path=INSTALLED)
    if go is None:
        raise BuildError(
            "The control plane of the tests is built from Go modules, and there is no `go` on the "
            f"PATH or in {INSTALLED}. Install Go {_go_version()} or newer: "
            "https://go.dev/doc/install"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Parallel workers wait for the first one instead of building the same side by side.
    with _locked(folder.with_suffix(".lock")):
        if not _complete(folder):
            _build(go, folder)
    return folder


def is_built() -> bool:
    """Whether an earlier run has built the programs."""
    return _complete(_folder())


def _folder() -> Path:
    return _cache() / f"kubernetes-{kubernetes_version()}-{_digest()}"


def _complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in _PROGRAMS)


def _build(go: str, folder: Path) -> None:
    version = kubernetes_version()
    major, minor, _ = version.split(".")
    variable = "-X k8s.io/component-base/version.git"
    flags = f"{variable}Version=v{version} {variable}Major={major} {variable}Minor={minor}"
    draft = folder.with_suffix(f".{os.getpid()}")
    command = [go, "build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", f"-s -w {flags}"]
    progress = _Progress(version, sys.stderr)
    # Without cgo the programs need neither a C compiler nor this machine's C library.
    with subprocess.Popen(
        [*command, "-o", f"{draft}/", *_PACKAGES],
        cwd=SOURCES,
        env={**os.environ, "CGO_ENABLED": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None  # noqa: S101 - a pipe was asked for
        said = [line for line in process.stderr if not progress.counts(line)]
    progress.end()
    if process.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        reason = "".join(said[-20:]).strip()
        raise BuildError(f"`go build` of Kubernetes {version} failed in {SOURCES}:\n{reason}")
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)


class _Progress:
    """One line that says how far the build is; on a terminal it is written over itself."""

    def __init__(self, version: str, out: TextIO) -> None:
        self._title = f"Building Kubernetes {version} and Helm from Go modules (first run only)"
        self._out = out
        self._started = self._reported = time.monotonic()
        self._count = 0
        self._write("downloading")

    def counts(self, line: str) -> bool:
        """Takes a line of `go build -v`: whether it is the name of a package or a download."""
        name = line.strip()
        download = name.startswith("go: downloading ")
        if not download and not re.fullmatch(r"[\w.~/-]+", name):
            return False
        self._count += not download
        now = time.monotonic()
        if now - self._reported >= (1 if self._out.isatty() else _REPORT_SECONDS):
            self._reported = now
            self._write("downloading" if download else f"{self._count} packages compiled")
        return True

    def end(self) -> None:
        self._write(f"{self._count} packages compiled")
        if self._out.isatty():
            self._out.write("\n")

    def _write(self, state: str) -> None:
        text = f"{self._title}: {state}, {time.monotonic() - self._started:.0f} s"
        self._out.write(f"\r\x1b[K{text}" if self._out.isatty() else f"{text}\n")
        self._out.flush()


def _digest() -> str:
    content = "".join(_text(name) for name in ("go.mod", "go.sum", "main.go"))
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _text(name: str) -> str:
    return (SOURCES / name).read_text()


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "eks-platform"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

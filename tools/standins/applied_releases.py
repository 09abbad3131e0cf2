"""Releases of the helm provider, installed by the real Helm on a real Kubernetes API.

The real provider has the same Helm built in, as a library. What it asks of it is said here as a
command line, so a wait, an `atomic` that takes back and a lock that stays are Helm's own.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml

from tools.standins.variables import CHARTS, HELM

State = dict[str, Any]

_MISSING: Final = "release: not found"
_DEPLOYED: Final = "deployed"


def chart_file(chart: str, version: str) -> str:
    """The name of a chart in the folder of charts, without `.tgz`."""
    return f"{chart.rsplit('/', 1)[-1]}-{version}"


def chart_path(folder: Path, chart: str, version: str) -> Path | None:
    """Where a chart is in a folder of charts, packed or not; None where it is not in it."""
    path = folder / chart_file(chart, version)
    return next((each for each in (Path(f"{path}.tgz"), path) if each.exists()), None)


class HelmError(RuntimeError):
    """Helm refuses; the message is Helm's."""


def create(planned: State) -> None:
    """Installs the release.

    Raises:
        HelmError: Helm refuses, or the release does not become ready.
    """
    atomic = ["--atomic"] if planned.get("atomic") else []
    with _values(planned) as values:
        _checked("install", *_place(planned), *_chart(planned), *values, *_how(planned), *atomic)


def read(current: State) -> State | None:
    """The state with the release's own values and status; None where there is no release."""
    done = _run("status", *_place(current), "--output", "json")
    if done.returncode:
        if _MISSING in done.stderr:
            return None
        raise HelmError(done.stderr.strip())
    release = json.loads(done.stdout)
    status = release["info"]["status"]
    if status != _DEPLOYED:
        # A release that was cut off has values that it does not run with yet.
        return {**current, "status": status}
    config = release.get("config") or {}
    return (
        current if config == _only_values(current) else {**current, "values": [json.dumps(config)]}
    )


def update(planned: State) -> None:
    """Upgrades the release.

    Raises:
        HelmError: Helm refuses, or the release does not become ready.
    """
    further = ["--atomic"] if planned.get("atomic") else []
    further += ["--cleanup-on-fail"] if planned.get("cleanup_on_fail") else []
    if planned.get("max_history") is not None:
        further += ["--history-max", str(int(planned["max_history"]))]
    with _values(planned) as values:
        _checked(
            "upgrade",
            *_place(planned),
            *_chart(planned),
            *values,
            *_how(planned),
            "--reset-values",
            *further,
        )


def delete(current: State) -> None:
    """Uninstalls the release.

    Raises:
        HelmError: Helm refuses, or objects of the release stay.
    """
    wait = ["--wait"] if current.get("wait") is not False else []
    done = _run("uninstall", *_place(current), *wait, *_timeout(current))
    if done.returncode and _MISSING not in done.stderr:
        raise HelmError(done.stderr.strip())


@contextmanager
def _values(release: State) -> Iterator[list[str]]:
    """The release's values in files, as arguments."""
    with TemporaryDirectory() as folder:
        files: list[str] = []
        for number, text in enumerate(release.get("values") or ()):
            file = Path(folder, f"{number}.yaml")
            file.write_text(text)
            files += ["--values", str(file)]
        yield files


def _place(release: State) -> list[str]:
    return [release["name"], "--namespace", release.get("namespace") or "default"]


def _chart(release: State) -> list[str]:
    """The chart: one with a path by its path, any other from the folder of charts."""
    chart, version = release["chart"], release.get("version") or ""
    if chart.startswith((".", "/")):
        return [chart]
    path = chart_path(Path(os.environ[CHARTS]), chart, version)
    if path is None:
        raise HelmError(f"there is no chart {chart_file(chart, version)} in {os.environ[CHARTS]}")
    return [str(path)]


def _how(release: State) -> list[str]:
    flags = {
        "wait": "--wait",
        "wait_for_jobs": "--wait-for-jobs",
        "skip_crds": "--skip-crds",
        "take_ownership": "--take-ownership",
    }
    return [flag for name, flag in flags.items() if release.get(name)] + _timeout(release)


def _timeout(release: State) -> list[str]:
    return ["--timeout", f"{int(release.get('timeout') or 300)}s"]


def _only_values(release: State) -> Any:
    """The values of a release of this project, which writes one document."""
    (text,) = release.get("values") or ["{}"]
    return yaml.safe_load(text)


def _checked(*arguments: str) -> None:
    done = _run(*arguments)
    if done.returncode:
        raise HelmError(done.stderr.strip())


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*json.loads(os.environ[HELM]), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

"""Ctrl-C ends `make demo` and every process that it started."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.demo.__main__ import INTERRUPTED

PROJECT = Path(__file__).parents[3]
MARK = "EKS_PLATFORM_INTERRUPTED_DEMO"
SECONDS = 120
FOLDERS = ("eks-platform-demo-", "kube-", "tf-")
"""How the temporary folders of the demonstration begin."""

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="Linux's /proc")


def _marked(mark: str) -> list[str]:
    """The command lines of the processes that inherited the mark."""
    found: list[str] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environ = (folder / "environ").read_bytes()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            # Another user's, or it has ended.
            continue
        if f"{MARK}={mark}".encode() in environ.split(b"\0") and command:
            found.append(command.replace(b"\0", b" ").decode())
    return found


def _terraform(folder: Path) -> Path:
    """A Terraform that says when it runs, and then does not end by itself."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "terraform"
    program.write_text(
        '#!/bin/sh\n[ "$1" != version ] || { echo Terraform v1.11.4; exit 0; }\n'
        f'touch "{folder}/running"\nexec sleep {SECONDS * 2}\n'
    )
    program.chmod(0o755)
    return program.parent


@pytest.mark.parametrize(
    "kubernetes", [False, pytest.param(True, marks=pytest.mark.kubernetes)], ids=["aws", "both"]
)
def test_no_process_stays(kubernetes: bool, tmp_path: Path) -> None:
    mark = str(tmp_path)
    own = {MARK: mark, "PATH": f"{_terraform(tmp_path)}{os.pathsep}{os.environ['PATH']}"}
    own |= {"TMPDIR": str(tmp_path)}
    if not kubernetes:
        # A cache in which no control plane is built.
        own["XDG_CACHE_HOME"] = str(tmp_path)

    def runs() -> bool:
        """Whether Terraform does, and the control plane where there is one."""
        started = (tmp_path / "running").exists()
        return started and (not kubernetes or "kube-scheduler" in str(_marked(mark)))

    with subprocess.Popen(
        [sys.executable, "-m", "tools.demo", "dev", str(tmp_path / "log")],
        cwd=PROJECT,
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A terminal sends Ctrl-C to the whole group.
        start_new_session=True,
    ) as demo:
        deadline = time.monotonic() + SECONDS
        while not runs():
            assert demo.poll() is None, demo.communicate()[0]
            assert time.monotonic() < deadline
            time.sleep(0.2)
        os.killpg(demo.pid, signal.SIGINT)
        printed, _ = demo.communicate(timeout=SECONDS)
    assert demo.returncode == INTERRUPTED, printed
    assert "Stopped." in printed.splitlines()[-1]
    assert "Traceback" not in printed
    assert _marked(mark) == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(FOLDERS)] == []

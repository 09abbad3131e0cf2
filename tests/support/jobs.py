"""Runs the shell scripts of pipelines in a repository whose programs are stand-ins."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

_STAND_IN: Final = """\
#!{python}
import json, os, pathlib, subprocess, sys
folder, name = pathlib.Path({folder!r}), {name!r}
arguments = sys.argv[1:]
bodies = {{
    each.partition("@")[2]: pathlib.Path(each.partition("@")[2]).read_text()
    for each in arguments if "@" in each and pathlib.Path(each.partition("@")[2]).is_file()
}}
token = os.environ.get("AWS_WEB_IDENTITY_TOKEN_FILE", "")
call = {{"program": name, "arguments": arguments, "bodies": bodies, "token": token}}
with open(folder / "calls", "a") as log:
    log.write(json.dumps(call) + "\\n")
for each in json.loads((folder / "answers").read_text()):
    if each["program"] == name and all(part in arguments for part in each["of"]):
        text = each["prints"]
        if "--jq" in arguments:
            query = arguments[arguments.index("--jq") + 1]
            text = subprocess.check_output(["jq", "--raw-output", query], input=text, text=True)
        for path, content in each["writes"].items():
            pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
            pathlib.Path(path).write_text(content)
        sys.stdout.write(text)
        sys.exit(each["code"])
"""


@dataclass(frozen=True)
class Call:
    """A call of a program.

    Attributes:
        bodies: the content of files that arguments name as `@<file>`, by their path.
        token: the file with the token of the job.
    """

    program: str
    arguments: list[str]
    bodies: Mapping[str, str]
    token: str

    @property
    def text(self) -> str:
        """The command line."""
        return " ".join([self.program, *self.arguments])

    @property
    def body(self) -> str:
        """The content of its only file."""
        (found,) = self.bodies.values()
        return found


class Repository:
    """A folder in which jobs run."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.pages = folder, folder / "temporary"
        self._answers: list[dict[str, Any]] = []
        self.pages.mkdir()
        (folder / "answers").write_text("[]")
        for name in ("eks-platform", "gh", "curl", "make", "git"):
            program = folder / (".venv/bin" if name == "eks-platform" else "bin") / name
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text(
                _STAND_IN.format(python=sys.executable, folder=str(folder), name=name)
            )
            program.chmod(0o755)

    def answers(
        self,
        program: str,
        *of: str,
        prints: str = "",
        code: int = 0,
        writes: Mapping[str, str] | None = None,
    ) -> None:
        """What a program answers to arguments with all of these; the latest answer counts."""
        answer = {
            "program": program, "of": of, "prints": prints, "code": code, "writes": writes or {}
        }  # fmt: skip
        self._answers.insert(0, answer)
        (self.folder / "answers").write_text(json.dumps(self._answers))

    def run(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a script as a step of a job, as GitHub starts Bash."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        files = {
            name: str(self.folder / name)
            for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")
        }
        usual = {"RUNNER_TEMP": str(self.pages), "GITHUB_REPOSITORY": "example/platform"}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.folder,
            env={**os.environ, **files, **usual, "PATH": path, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def read(self, name: str) -> str:
        """The content of a file, for example GITHUB_OUTPUT; empty where there is none."""
        file = self.folder / name
        return file.read_text() if file.exists() else ""

    @property
    def calls(self) -> list[Call]:
        """The calls so far."""
        lines = self.read("calls").splitlines()
        return [Call(**json.loads(line)) for line in lines]


def require_jq() -> None:
    """Skips the test where there is no jq."""
    if shutil.which("jq") is None:
        pytest.skip("no jq on the PATH")

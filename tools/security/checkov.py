"""Runs checkov on synthesized stacks and plans; fails if checkov skips something."""

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tools.security.finding import Finding, Scan
from tools.security.terraform_json import managed_addresses
from tools.security.translations import for_checkov

PROJECT: Final = Path(__file__).parents[2]
PYTHON: Final = PROJECT / ".scanners" / "bin" / "python"
RUNNER: Final = Path(__file__).with_name("checkov_runner.py")


class ScannerError(Exception):
    """A scanner failed, or did not scan all of its input."""


@dataclass(frozen=True)
class Target:
    """What to scan of one stack.

    Attributes:
        stack: name of the stack.
        scan: synth for its Terraform JSON, plan for `terraform show -json` of a plan.
        document: that JSON.
    """

    stack: str
    scan: Scan
    document: Mapping[str, Any]

    @property
    def file(self) -> str:
        """Where to write it: checkov recognizes files by their names."""
        return f"{self.stack}/{self.scan}{'.tf' if self.scan == 'synth' else ''}.json"

    @property
    def addresses(self) -> list[str]:
        """The resources that a scan must see."""
        return sorted(managed_addresses(self.document))


def scan(*targets: Target) -> list[Finding]:
    """Runs every check of checkov that applies.

    All targets run in one process, each with its own graph, so that stacks are not mixed.

    Returns:
        The checks that failed, sorted.

    Raises:
        ScannerError: checkov is not installed, crashed, logged an error, skipped a file or a
            check, or saw other resources than there are.
    """
    if not PYTHON.exists():
        raise ScannerError("checkov is not installed: run scripts/setup-scanners")
    with TemporaryDirectory() as folder:
        for target in targets:
            path = Path(folder, target.file)
            path.parent.mkdir(exist_ok=True)
            # Indented, since the runner tells resources apart by their lines.
            path.write_text(json.dumps(_readable(target), indent=1))
        requests = {t.file: {"scan": t.scan, "file": str(Path(folder, t.file))} for t in targets}
        answers = _run(requests)
    return sorted({found for t in targets for found in _findings(t, answers[t.file])})


def _readable(target: Target) -> Mapping[str, Any]:
    """The document as checkov can read it.

    Its parser fails on the plain value of `required_version` and on `removed` blocks, which
    configure nothing, and then skips the whole file with exit code 0.
    """
    translated = for_checkov(target.document)
    if target.scan == "plan":
        return translated
    translated.get("terraform", {}).pop("required_version", None)
    translated.pop("removed", None)
    return translated


def _run(requests: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Answers by request; what was scanned before is answered without another scan."""
    kept = {name: _kept_answer(request) for name, request in requests.items()}
    known = {name: json.loads(file.read_text()) for name, file in kept.items() if file.is_file()}
    new = {name: request for name, request in requests.items() if name not in known}
    answers = _scanned(new) if new else {}
    for name, answer in answers.items():
        if not answer["parsing_errors"] and not answer["errors"]:
            kept[name].parent.mkdir(exist_ok=True)
            # Another run may read the file at this moment: it finds none or a complete one.
            draft = kept[name].with_suffix(f".{os.getpid()}")
            draft.write_text(json.dumps(answer))
            draft.replace(kept[name])
    return known | answers


def _kept_answer(request: Mapping[str, str]) -> Path:
    """Where an answer is kept, by all that decides it.

    Another version of checkov comes with a new `.scanners`, which has no answers.
    """
    content = Path(request["file"]).read_bytes()
    digest = hashlib.sha256(request["scan"].encode() + RUNNER.read_bytes() + content)
    return PYTHON.parents[1] / "results" / f"{digest.hexdigest()}.json"


def _scanned(requests: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    done = subprocess.run(
        # Isolated: this folder has a module by the name of checkov.
        [str(PYTHON), "-I", str(RUNNER)],
        input=json.dumps(requests),
        capture_output=True,
        text=True,
        check=False,
        # No other variables: one of checkov's could turn checks off.
        env={"PATH": os.environ.get("PATH", ""), "LOG_LEVEL": "ERROR"},
    )
    if done.returncode:
        raise ScannerError(f"checkov crashed: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def _findings(target: Target, answer: Mapping[str, Any]) -> list[Finding]:
    for complaint in ("parsing_errors", "errors"):
        if answer[complaint]:
            raise ScannerError(f"checkov, {target.file}: {complaint}: {answer[complaint]}")
    missing = sorted(set(target.addresses) ^ set(answer["resources"]))
    if missing:
        raise ScannerError(f"checkov, {target.file}: saw other resources than there are: {missing}")
    if not any(record["outcome"] == "passed" for record in answer["records"]):
        raise ScannerError(f"checkov, {target.file}: no check passed, so none may have run")
    skipped = [record for record in answer["records"] if record["outcome"] == "skipped"]
    if skipped:
        raise ScannerError(f"checkov, {target.file}: skipped {skipped}")
    return [
        Finding("checkov", record["id"], target.stack, record["address"], record["message"])
        for record in answer["records"]
        if record["outcome"] == "failed"
    ]

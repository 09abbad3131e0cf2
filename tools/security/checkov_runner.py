"""Runs checkov in its own virtual environment; imports nothing of this project.

checkov pins older versions of the AWS libraries, so it cannot be installed with the rest. It is
used as a library: its command line sends requests at start, needs five seconds per stack, and does
not report skipped files. Reads a request from standard input and writes the answer to
standard output, both JSON; see tools/security/checkov.py.
"""

import json
import logging
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn


class OfflineError(RuntimeError):
    """Something tried to reach the network."""


def refuse(_: socket.socket, address: Any) -> NoReturn:
    """Stands in for `socket.connect`, so that nothing can leave the machine."""
    raise OfflineError(f"checkov tried to connect to {address}")


socket.socket.connect = refuse
socket.socket.connect_ex = refuse

from checkov.common.output.report import Report  # noqa: E402 # pyright: ignore[reportMissingImports]
from checkov.runner_filter import RunnerFilter  # noqa: E402 # pyright: ignore[reportMissingImports]
from checkov.terraform.plan_runner import Runner  # noqa: E402 # pyright: ignore[reportMissingImports]
from checkov.terraform_json.runner import (  # noqa: E402 # pyright: ignore[reportMissingImports]
    TerraformJsonRunner,
)


class Complaints(logging.Handler):
    """Collects the errors that checkov only logs: checks that crashed, files it cannot read."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps a message."""
        self.messages.append(record.getMessage())


def synth_addresses(runner: TerraformJsonRunner) -> dict[tuple[str, int], str]:
    """The addresses of the resources that checkov read, by what it calls them.

    It calls a resource `resource.<name>`, which several types may share, and says where it is.
    """
    return {
        (f"resource.{name}", body["__startline__"]): f"{type_}.{name}"
        for definition in runner.definitions.values()
        for block in definition.get("resource", [])
        for type_, named in block.items()
        for name, body in named.items()
    }


def scan_synth(file: Path) -> tuple[Report, dict[tuple[str, int], str], list[str]]:
    """Scans Terraform JSON."""
    runner = TerraformJsonRunner()
    report = runner.run(root_folder=str(file.parent), runner_filter=RunnerFilter())
    addresses = synth_addresses(runner)
    return report, addresses, sorted(addresses.values())


def scan_plan(file: Path) -> tuple[Report, dict[tuple[str, int], str], list[str]]:
    """Scans a plan."""
    report = Runner().run(files=[str(file)], runner_filter=RunnerFilter())
    return report, {}, sorted(name.rpartition(":")[2] for name in report.resources)


def records(report: Report, addresses: dict[tuple[str, int], str]) -> Iterator[dict[str, Any]]:
    """Each check of each resource."""
    for outcome in ("passed", "failed", "skipped"):
        for record in getattr(report, f"{outcome}_checks"):
            key = (record.resource, record.file_line_range[0])
            yield {
                "outcome": outcome,
                "id": record.check_id,
                "address": addresses.get(key, record.resource),
                "message": record.check_name,
            }


def main() -> None:
    """Answers the request."""
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    answer: dict[str, Any] = {}
    # checkov prints here and there; only the answer belongs on standard output.
    output, sys.stdout = sys.stdout, sys.stderr
    for stack, entry in json.load(sys.stdin).items():
        scan = {"synth": scan_synth, "plan": scan_plan}[entry["scan"]]
        report, addresses, resources = scan(Path(entry["file"]))
        answer[stack] = {
            "resources": resources,
            "records": list(records(report, addresses)),
            "parsing_errors": list(report.parsing_errors),
            "errors": complaints.messages,
        }
        complaints.messages = []
    json.dump(answer, output)


if __name__ == "__main__":
    main()

"""Commands of the AWS CLI on pages: checked against AWS's API, and run without the CLI."""

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jmespath
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, StructureShape

from tools.emulator import LocalAws

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
_COMMAND: Final = re.compile(r"(?:(?P<variable>\w+)=\$\()?(?P<command>aws .*?)(?(variable)\))")
_GLOBAL: Final = ("region", "query", "output", "cli-input-json")


@dataclass(frozen=True)
class Command:
    """One call.

    Attributes:
        variable: the variable of the shell that keeps its answer; empty without one.
        options: those of the CLI itself.
        parameters: those of the call.
    """

    variable: str
    service: str
    operation: Any
    options: dict[str, str]
    parameters: dict[str, Any]


def section(page: str, heading: str = "") -> str:
    """A section of a page of docs/; the whole page without a heading."""
    text = (DOCS / page).read_text(encoding="utf-8")
    if not heading:
        return text
    pattern = rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)"
    [found] = re.findall(pattern, text, re.MULTILINE | re.DOTALL)
    return found


def lines(text: str) -> list[str]:
    """The commands of the consoles in a text."""
    consoles = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [line[2:] for each in consoles for line in each.splitlines() if line.startswith("$ ")]


def parsed(line: str, files: dict[str, str]) -> Command:
    """A command of the AWS CLI.

    Args:
        files: contents of the files that it may read, by name.
    """
    found = _COMMAND.fullmatch(line)
    assert found, line
    service, called, *words = shlex.split(found["command"])[1:]
    model: Any = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    assert called in operations, f"{service} has no {called}"
    operation = model.operation_model(operations[called])
    given = _given(words)
    options = {name: given.pop(name)[0] for name in _GLOBAL if name in given}
    parameters: dict[str, Any] = {}
    if file := options.get("cli-input-json"):
        parameters |= json.loads(files[file.removeprefix("file://")])
    shape = operation.input_shape
    members: dict[str, Any] = shape.members if shape else {}
    names = {xform_name(name, "-"): name for name in members}
    for option, values in given.items():
        assert option in names, f"{service} {called} has no --{option}"
        parameters[names[option]] = _value(members[names[option]], values)
    required: list[str] = shape.required_members if shape else []
    missing = [
        name
        for name in required
        if name not in parameters and not members[name].metadata.get("idempotencyToken")
    ]
    assert missing == [], f"{service} {called} needs {missing}"
    return Command(found["variable"] or "", service, operation, options, parameters)


class Shell:
    """Runs the commands of a section, one after the other, on the emulated account."""

    def __init__(self, aws: LocalAws, files: dict[str, str] | None = None) -> None:
        self._aws, self._files = aws, files or {}
        self.variables: dict[str, str] = {}

    def run(self, line: str) -> None:
        """Runs a command with the variables that those before it have set."""
        for name, value in self.variables.items():
            line = re.sub(rf"\${name}\b", value, line)
        command = parsed(line, self._files)
        client = self._aws.client(command.service, command.options["region"])
        answer = getattr(client, xform_name(command.operation.name))(**command.parameters)
        if command.variable:
            found = jmespath.search(command.options["query"], answer)
            text = " ".join(found) if isinstance(found, list) else found
            assert isinstance(text, str), f"{line}: {found}"
            assert text, line
            self.variables[command.variable] = text


def _given(words: list[str]) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    option = ""
    for word in words:
        if word.startswith("--"):
            option = word.removeprefix("--")
            given[option] = []
        else:
            given[option].append(word)
    return given


def _value(shape: Any, values: list[str]) -> Any:
    if isinstance(shape, ListShape):
        return [_value(shape.member, [value]) for value in values]
    [value] = values
    if isinstance(shape, StructureShape):
        return _structure(shape, value)
    return value


def _structure(shape: Any, text: str) -> dict[str, Any]:
    """A structure in the short form of the CLI: `Name=x,Values=a,b`."""
    found: dict[str, list[str]] = {}
    name = ""
    for part in text.split(","):
        if (before := part.partition("="))[1] and before[0] in shape.members:
            name = before[0]
            found[name] = [before[2]]
        else:
            found[name].append(part)
    return {name: _value(shape.members[name], values) for name, values in found.items()}

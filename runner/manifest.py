"""Reads `manifest.json`: the synthesized stacks and their order."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import Any, Final

from runner.errors import RunnerError

STATE: Final = "state"
"""The stack of the bootstrap: its bucket holds the state of all stacks, also its own."""

KUBERNETES: Final = "platform"
"""The stack that needs a Kubernetes API, which the local AWS does not have."""


@dataclass(frozen=True)
class Stack:
    """One synthesized stack.

    Attributes:
        name: `<environment>-<short name>`.
        directory: the folder in which terraform runs.
        dependencies: names of the stacks that are applied before it.
    """

    name: str
    directory: Path
    dependencies: tuple[str, ...]

    @cached_property
    def document(self) -> dict[str, Any]:
        """The stack's Terraform JSON."""
        return json.loads((self.directory / "cdk.tf.json").read_text())

    @property
    def backend(self) -> dict[str, Any]:
        """Arguments of its S3 backend."""
        return self.document["terraform"]["backend"]["s3"]

    @property
    def environment(self) -> str:
        """The environment's name: the folder of its state in the bucket."""
        return PurePosixPath(self.backend["key"]).parent.name

    @property
    def short_name(self) -> str:
        """Its name within the environment, for example `network`."""
        return PurePosixPath(self.backend["key"]).stem


def read_manifest(outdir: Path) -> list[Stack]:
    """Reads the stacks in the order of apply; independent stacks are sorted by name.

    Raises:
        RunnerError: there is no manifest.
    """
    path = outdir / "manifest.json"
    if not path.is_file():
        raise RunnerError(f"{path} does not exist. Run `eks-platform synth` first.")
    entries = json.loads(path.read_text())["stacks"]
    stacks = {
        name: Stack(name, outdir / entry["workingDirectory"], tuple(entry["dependencies"]))
        for name, entry in entries.items()
    }
    return [stack for wave in waves(stacks.values()) for stack in wave]


def on_aws_alone(stacks: Iterable[Stack]) -> list[Stack]:
    """The stacks that the local AWS can apply, without that of the bootstrap."""
    return [stack for stack in stacks if stack.short_name not in (STATE, KUBERNETES)]


def select(stacks: Iterable[Stack], name: str) -> Stack:
    """Finds a stack by its full name or its name within the environment.

    Raises:
        RunnerError: there is no stack of that name.
    """
    known = list(stacks)
    for stack in known:
        if name in (stack.name, stack.short_name):
            return stack
    names = ", ".join(stack.short_name for stack in known)
    raise RunnerError(f"There is no stack {name!r}. The stacks are {names}.")


def by_environment(stacks: Iterable[Stack]) -> dict[str, list[Stack]]:
    """Groups stacks by their environment; each group has the order of the given ones."""
    found: dict[str, list[Stack]] = {}
    for stack in stacks:
        found.setdefault(stack.environment, []).append(stack)
    return found


def waves(stacks: Iterable[Stack]) -> list[list[Stack]]:
    """Groups stacks that can be applied in parallel, in the order of apply, each sorted by name.

    Dependencies outside `stacks` count as applied.
    """
    by_name = {stack.name: stack for stack in stacks}
    needed = {
        name: [other for other in stack.dependencies if other in by_name]
        for name, stack in by_name.items()
    }
    sorter = TopologicalSorter(needed)
    sorter.prepare()
    found: list[list[Stack]] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        found.append([by_name[name] for name in ready])
        sorter.done(*ready)
    return found

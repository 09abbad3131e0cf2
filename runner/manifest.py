"""What a synthesis wrote: the stacks of `manifest.json` and the order between them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import Any, Final

from runner.errors import RunnerError

STATE: Final = "state"
"""The stack that the bootstrap owns: it holds the state of all stacks, its own included."""

KUBERNETES: Final = "platform"
"""The stack that talks to a Kubernetes API, which the local AWS does not have."""


@dataclass(frozen=True)
class Stack:
    """One synthesized stack.

    Attributes:
        name: its name in the manifest, `<environment>-<short name>`.
        directory: the folder in which terraform runs.
        dependencies: names of the stacks that come before it.
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
        """The arguments of its S3 backend."""
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
    """Reads the stacks of a synthesis, each after the ones it depends on.

    Args:
        outdir: the output folder.

    Returns:
        The stacks in order of application; where the order is free, by name.

    Raises:
        RunnerError: there is no manifest.
    """
    path = outdir / "manifest.json"
    if not path.is_file():
        raise RunnerError(f"{path} does not exist. Run `python main.py` first.")
    entries = json.loads(path.read_text())["stacks"]
    stacks = {
        name: Stack(name, outdir / entry["workingDirectory"], tuple(entry["dependencies"]))
        for name, entry in entries.items()
    }
    return [stack for wave in waves(stacks.values()) for stack in wave]


def on_aws_alone(stacks: Iterable[Stack]) -> list[Stack]:
    """The stacks that an emulation of AWS can apply, but for the one of the bootstrap.

    Args:
        stacks: the stacks of an environment.
    """
    return [stack for stack in stacks if stack.short_name not in (STATE, KUBERNETES)]


def select(stacks: Iterable[Stack], name: str) -> Stack:
    """Finds one stack.

    Args:
        stacks: the stacks of an environment.
        name: a stack's name, full or within the environment.

    Returns:
        The stack.

    Raises:
        RunnerError: there is none of that name.
    """
    known = list(stacks)
    for stack in known:
        if name in (stack.name, stack.short_name):
            return stack
    names = ", ".join(stack.short_name for stack in known)
    raise RunnerError(f"There is no stack {name!r}; there are {names}.")


def waves(stacks: Iterable[Stack]) -> list[list[Stack]]:
    """Groups stacks that need nothing of each other.

    Args:
        stacks: the stacks; what they depend upon beside these is taken as applied.

    Returns:
        The groups in order of application, each sorted by name.
    """
    of_name = {stack.name: stack for stack in stacks}
    needed = {
        name: [other for other in stack.dependencies if other in of_name]
        for name, stack in of_name.items()
    }
    sorter = TopologicalSorter(needed)
    sorter.prepare()
    found: list[list[Stack]] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        found.append([of_name[name] for name in ready])
        sorter.done(*ready)
    return found

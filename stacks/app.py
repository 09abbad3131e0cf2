"""The CDKTF app: every stack of every environment, synthesized in one process."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from cdktf import App

from config.derived.limits import LimitError
from config.environment import Environment
from stacks.cluster import ClusterStack
from stacks.edge import EdgeStack
from stacks.network import NetworkStack
from stacks.platform import PlatformStack
from stacks.state import StateStack

STACKS: Final = ("state", "network", "edge", "cluster", "platform")
"""Names of the stacks that every environment has, in the order in which they are applied."""

ACCOUNT: Final = "account"
"""Name of the stack that is there only where something is configured that belongs to it."""


def synthesize(
    environments: Iterable[Environment],
    outdir: Path,
    warnings: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Writes the Terraform JSON of the environments, all of it or none.

    Everything is synthesized beside the output and moved there at the end, file by file, so
    that a failure leaves the earlier output as it was. What Terraform keeps in a stack's
    folder stays.

    Args:
        warnings: what to warn about in the manifest, by the name of the environment.

    Raises:
        LimitError: something is longer or more than AWS or Helm allow; its text has a line for
            each environment.
        OSError: the output folder cannot be written.
        RuntimeError: a construct is not valid (raised by jsii).
    """
    outdir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".synth-", dir=outdir) as scratch:
        # Call stacks would write this machine's paths into the output.
        app = App(outdir=scratch, stack_traces=False)
        exceeded: list[str] = []
        for environment in environments:
            try:
                add_stacks(app, environment, (warnings or {}).get(environment.name, ()))
            except LimitError as error:
                exceeded.append(f"{environment.name}: {error}")
        if exceeded:
            raise LimitError("\n".join(exceeded))
        app.synth()
        for source in sorted(_files(Path(scratch))):
            target = outdir / source.relative_to(scratch)
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)


def add_stacks(app: App, environment: Environment, warnings: Sequence[str] = ()) -> None:
    """Adds an environment's stacks to an app, each after those that it builds upon."""
    standalone = (ACCOUNT,) if environment.has_account_stack else ()
    state = StateStack(app, environment, STACKS, standalone)
    if standalone:
        # Loads bindings that other environments do not need.
        from stacks.account import AccountStack  # noqa: PLC0415

        AccountStack(app, environment).add_dependency(state)
    network = NetworkStack(app, environment)
    network.add_dependency(state)
    edge = EdgeStack(app, environment)
    edge.add_dependency(network)
    cluster = ClusterStack(app, environment)
    cluster.add_dependency(network)
    platform = PlatformStack(app, environment, warnings)
    platform.add_dependency(edge)
    platform.add_dependency(cluster)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())

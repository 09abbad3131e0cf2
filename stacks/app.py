"""The CDKTF app: every stack of every environment, synthesized in one process."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from cdktf import App

from config.derived.limits import LimitError
from config.environment import Environment
from modules.helm.archives import MissingArchivesError
from stacks.cluster import ClusterStack
from stacks.edge import EdgeStack
from stacks.network import NetworkStack
from stacks.platform import PlatformStack
from stacks.state import StateStack

STACKS: Final = ("state", "network", "edge", "cluster", "platform")
"""Names of the stacks of every environment, in order of application."""

ACCOUNT: Final = "account"
"""Name of the stack that exists only where its features are configured."""


def synthesize(
    environments: Iterable[Environment],
    outdir: Path,
    warnings: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Writes the Terraform JSON of the environments, all or nothing.

    The synth goes to a folder beside the output and is moved at the end, file by file, so that a
    failure leaves the previous output as it was. Terraform's files in a stack's folder stay.

    Args:
        warnings: what to warn about in the manifest, by the name of the environment.

    Raises:
        LimitError: a limit of AWS or Helm is exceeded; the message has a line for each environment.
        MissingArchivesError: a folder lacks archives of charts; likewise.
        OSError: the output folder cannot be written.
        RuntimeError: a construct is not valid (raised by jsii).
    """
    outdir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".synth-", dir=outdir) as scratch:
        # Stack traces would write local paths into the output.
        app = App(outdir=scratch, stack_traces=False)
        exceeded: list[str] = []
        missing: list[str] = []
        for environment in environments:
            try:
                add_stacks(app, environment, (warnings or {}).get(environment.name, ()))
            except LimitError as error:
                exceeded.append(f"{environment.name}: {error}")
            except MissingArchivesError as error:
                missing.append(f"{environment.name}: {error}")
        if exceeded:
            raise LimitError("\n".join(exceeded))
        if missing:
            raise MissingArchivesError("\n".join(missing))
        app.synth()
        for source in sorted(_files(Path(scratch))):
            target = outdir / source.relative_to(scratch)
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)


def add_stacks(app: App, environment: Environment, warnings: Sequence[str] = ()) -> None:
    """Adds an environment's stacks to an app, with their dependencies."""
    standalone = (ACCOUNT,) if environment.has_account_stack else ()
    state = StateStack(app, environment, STACKS, standalone)
    if standalone:
        # Imported here, because other environments do not need its bindings.
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

"""The folder in which a bootstrap works: `.bootstrap/<environment>` beside the output folder.

It holds a byte-for-byte copy of the state stack's `cdk.tf.json` and of its provider lock file,
the override that gives it a local state, and that state. The synthesized folder is never changed,
so a bootstrap that was killed leaves nothing there that would send a plain `terraform` to the
wrong state, and wiping the output folder loses nothing.

While the folder exists, a bootstrap of this checkout is under way.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from runner.backend.state_file import StateFile, parse_state
from runner.errors import RunnerError
from runner.manifest import Stack
from runner.terraform import Terraform, terraform_environment

STATE: Final = "local.tfstate"
"""Not Terraform's default name: `init` would ask what to do with such a file."""

PROVIDER_LOCK: Final = ".terraform.lock.hcl"
"""Where Terraform notes the versions of the providers that it has chosen."""

_OVERRIDE: Final = "bootstrap_override.tf.json"
_IMPORTS: Final = "bootstrap_imports.tf.json"
_STARTED: Final = "started"
_GRACE_SECONDS: Final = 5.0

LOCAL_BACKEND: Final[Mapping[str, Any]] = {"terraform": {"backend": {"local": {"path": STATE}}}}


def bootstrap_folder(outdir: Path, environment: str) -> Path:
    """The folder of an environment's bootstrap.

    Args:
        outdir: the output folder of the synthesis.
        environment: the environment's name.
    """
    return outdir.parent / ".bootstrap" / environment


class Workplace:
    """The folder of one environment's bootstrap, held by this process alone.

    Attributes:
        folder: the folder.
        terraform: Terraform in that folder; it keeps the hold for as long as it runs.
    """

    def __init__(self, folder: Path, hold: int) -> None:
        self.folder = folder
        self._inherit = (hold,)
        self._environ = terraform_environment()
        self.terraform = self.terraform_in(folder)

    def terraform_in(self, directory: Path) -> Terraform:
        """Gives Terraform in another folder, which keeps the hold while it runs."""
        return Terraform(directory, self._environ, self._inherit)

    @property
    def exists(self) -> bool:
        """Whether a bootstrap of this checkout is under way, or was killed."""
        return self.folder.is_dir()

    @property
    def started(self) -> datetime | None:
        """When it began."""
        path = self.folder / _STARTED
        return datetime.fromisoformat(path.read_text()) if path.is_file() else None

    def open(self) -> None:
        """Makes the folder and notes the time; leaves an existing one as it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.started is None:
            _write(self.folder / _STARTED, datetime.now(UTC).isoformat())

    def prepare(
        self,
        stack: Stack,
        override: Mapping[str, Any] | None = None,
        imports: Mapping[str, str] | None = None,
    ) -> None:
        """Puts a stack into the folder and initializes it, keeping a local state that is there.

        Args:
            stack: the state stack.
            override: a Terraform override file; None for the stack as it is.
            imports: ids of resources to take into the state, by address.

        Raises:
            TerraformError: `terraform init` failed.
        """
        self.place(stack, override, imports)
        self.terraform.init("-reconfigure")

    def place(
        self,
        stack: Stack,
        override: Mapping[str, Any] | None = None,
        imports: Mapping[str, str] | None = None,
    ) -> None:
        """Puts a stack into the folder; arguments as `prepare`."""
        shutil.copyfile(stack.directory / "cdk.tf.json", self.folder / "cdk.tf.json")
        pinned = stack.directory / PROVIDER_LOCK
        if pinned.is_file():
            shutil.copyfile(pinned, self.folder / PROVIDER_LOCK)
        blocks = [{"to": address, "id": id_} for address, id_ in sorted((imports or {}).items())]
        for name, content in (
            (_OVERRIDE, override),
            (_IMPORTS, {"import": blocks} if blocks else None),
        ):
            if content is None:
                (self.folder / name).unlink(missing_ok=True)
            else:
                _write(self.folder / name, json.dumps(content, indent=2))

    def local_state(self) -> StateFile | None:
        """Reads the local state; None where there is none, or only half of one.

        Half a state is as good as none: what it lost is found again by name and tags.
        """
        path = self.folder / STATE
        state = parse_state(path.read_bytes()) if path.is_file() else None
        if state is None:
            path.unlink(missing_ok=True)  # Terraform would stop at half a file
        return state if state and state.resources else None

    def local_resources(self) -> dict[str, dict[str, Any]]:
        """Attributes of the resources in the local state, by address."""
        state = self.local_state()
        return state.resources if state else {}

    def store_state(self, content: bytes) -> None:
        """Makes a state the local one."""
        _write(self.folder / STATE, content.decode())

    def forget_state(self) -> None:
        """Removes the local state, once the one in the bucket counts."""
        (self.folder / STATE).unlink(missing_ok=True)

    def close(self) -> None:
        """Removes the folder: nothing is under way any more."""
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def hold(folder: Path) -> Iterator[Workplace]:
    """Takes hold of a bootstrap folder, so that one bootstrap at a time works in it.

    The operating system releases the hold when this process and the Terraform it started have
    ended, however they end.

    Args:
        folder: the folder; it need not exist.

    Yields:
        The workplace.

    Raises:
        RunnerError: another process holds it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside the folder, because the folder goes when the work is done.
    path = folder.with_name(f"{folder.name}.lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _lock(descriptor):
            raise RunnerError(
                f"A bootstrap of {folder.name} is running in this checkout, or the Terraform that "
                f"it started still is ({path} is locked). Wait until it has ended."
            )
        yield Workplace(folder, descriptor)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    # Processes that were killed a moment ago need time to go: a provider is large.
    end = time.monotonic() + _GRACE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(0.1)
        else:
            return True


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text)
    draft.replace(path)

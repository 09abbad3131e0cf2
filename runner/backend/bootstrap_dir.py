"""The folder of a bootstrap: `.bootstrap/<environment>` beside the output folder.

It holds a byte-for-byte copy of the state stack's `cdk.tf.json` and of its provider lock file,
the override that gives it a local state, and that state. The synthesized folder is never changed,
so a killed bootstrap leaves nothing there that would make a plain `terraform` use the wrong state,
and deleting the output folder loses nothing.

While the folder exists, a bootstrap of this checkout is in progress.
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
from runner.providers_lock import place_lock
from runner.terraform import Terraform, terraform_environment

STATE: Final = "local.tfstate"
"""Not Terraform's default name: `init` would ask whether to migrate such a file."""

PROVIDER_LOCK: Final = ".terraform.lock.hcl"
"""Terraform's dependency lock file."""

_OVERRIDE: Final = "bootstrap_override.tf.json"
_IMPORTS: Final = "bootstrap_imports.tf.json"
_STARTED: Final = "started"
_GRACE_SECONDS: Final = 5.0

LOCAL_BACKEND: Final[Mapping[str, Any]] = {"terraform": {"backend": {"local": {"path": STATE}}}}


def bootstrap_folder(outdir: Path, environment: str) -> Path:
    """`.bootstrap/<environment>` beside the output folder."""
    return outdir.parent / ".bootstrap" / environment


class BootstrapDir:
    """The bootstrap folder of one environment, locked by this process.

    Attributes:
        terraform: Terraform in that folder; it keeps the lock as long as it runs.
    """

    def __init__(self, folder: Path, lock_descriptor: int) -> None:
        self.folder = folder
        self._inherit = (lock_descriptor,)
        self._environ = terraform_environment()
        self.terraform = self.terraform_in(folder)

    def terraform_in(self, directory: Path) -> Terraform:
        """Returns Terraform for another folder; it keeps the lock as long as it runs."""
        return Terraform(directory, self._environ, self._inherit)

    @property
    def exists(self) -> bool:
        """Whether a bootstrap of this checkout is in progress, or was killed."""
        return self.folder.is_dir()

    @property
    def started(self) -> datetime | None:
        """Start time of the bootstrap; None if none is in progress."""
        path = self.folder / _STARTED
        return datetime.fromisoformat(path.read_text()) if path.is_file() else None

    def open(self) -> None:
        """Creates the folder and records the start time; keeps an existing folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.started is None:
            _write(self.folder / _STARTED, datetime.now(UTC).isoformat())

    def prepare(
        self,
        stack: Stack,
        override: Mapping[str, Any] | None = None,
        imports: Mapping[str, str] | None = None,
    ) -> None:
        """Copies a stack into the folder and runs `terraform init`; keeps an existing local state.

        Takes the arguments of `place`.

        Raises:
            TerraformError: `terraform init` failed.
        """
        place_lock(stack, self._environ)
        self.place(stack, override, imports)
        self.terraform.init("-reconfigure")

    def place(
        self,
        stack: Stack,
        override: Mapping[str, Any] | None = None,
        imports: Mapping[str, str] | None = None,
    ) -> None:
        """Copies a stack into the folder.

        Args:
            override: content of a Terraform override file; None for the stack as it is.
            imports: ids of resources to import into the state, by address.
        """
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
        """Reads the local state; None if it is missing, empty or incomplete.

        An incomplete state is ignored: its resources are found again by name and tags.
        """
        path = self.folder / STATE
        state = parse_state(path.read_bytes()) if path.is_file() else None
        if state is None:
            path.unlink(missing_ok=True)  # Terraform would fail on an incomplete file
        return state if state and state.resources else None

    def local_resources(self) -> dict[str, dict[str, Any]]:
        """Attributes of the resources in the local state, by address."""
        state = self.local_state()
        return state.resources if state else {}

    def store_state(self, content: bytes) -> None:
        """Writes the local state."""
        _write(self.folder / STATE, content.decode())

    def forget_state(self) -> None:
        """Removes the local state, when the state in the bucket replaces it."""
        (self.folder / STATE).unlink(missing_ok=True)

    def close(self) -> None:
        """Removes the folder: the bootstrap is finished."""
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def lock(folder: Path) -> Iterator[BootstrapDir]:
    """Locks a bootstrap folder, which need not exist, so that one bootstrap at a time uses it.

    The operating system releases the lock when this process and the Terraform processes that it
    started have ended, also when they are killed.

    Raises:
        RunnerError: another process holds the lock.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside the folder, because the folder is removed at the end.
    path = folder.with_name(f"{folder.name}.lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _try_lock(descriptor):
            raise RunnerError(
                f"A bootstrap of {folder.name} is running in this checkout, or the Terraform that "
                f"it started still is ({path} is locked). Wait until it has ended."
            )
        yield BootstrapDir(folder, descriptor)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    # A provider process that was just killed takes some time to exit.
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

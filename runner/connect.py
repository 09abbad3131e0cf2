"""Initializes the folder of a stack."""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from runner.manifest import Stack
from runner.providers_lock import place_lock
from runner.terraform import Terraform


def connect(stack: Stack, environ: Mapping[str, str]) -> Terraform:
    """Initializes a stack's folder, with the providers of its lock file where it has one.

    If only the locking has changed since the last time, Terraform would ask whether to migrate
    the state; `-reconfigure` answers that. Terraform still asks about another bucket or key.

    Raises:
        TerraformError: terraform failed.
    """
    terraform = Terraform(stack.directory, environ)
    place_lock(stack, environ)
    # Terraform's plugin cache may not be written by two processes at a time.
    # https://developer.hashicorp.com/terraform/cli/config/config-file#provider-plugin-cache
    with _one_at_a_time(stack.directory.parent / ".init.lock"):
        terraform.init(*(["-reconfigure"] if _same_place(stack) else []))
    return terraform


@contextmanager
def _one_at_a_time(file: Path) -> Iterator[None]:
    """Waits until no other process is in here with the same file."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _same_place(stack: Stack) -> bool:
    record = stack.directory / ".terraform" / "terraform.tfstate"
    if not record.is_file():
        return False
    before = json.loads(record.read_text()).get("backend", {}).get("config", {})
    return all(before.get(name) == stack.backend[name] for name in ("bucket", "key", "region"))

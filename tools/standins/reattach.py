"""Provider processes that serve one Terraform command after the other.

https://developer.hashicorp.com/terraform/plugin/debugging#running-terraform-with-a-provider-in-debug-mode
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tools.provider_mirror import registry

REATTACH: Final = "TF_REATTACH_PROVIDERS"
"""Tells Terraform where the processes of providers are, as JSON by source address."""

Addresses = dict[str, Any]


def reattached(addresses: Addresses) -> dict[str, str]:
    """The variable with which Terraform, or OpenTofu with its registry, uses the processes."""
    host = registry(os.environ)
    own = {f"{host}/{name.partition('/')[2]}": each for name, each in addresses.items()}
    return {REATTACH: json.dumps(own)}


_ADDRESSES: Final = re.compile(rf"{REATTACH}='(.*)'")

# The shell ends the provider when its own standard input is closed: when the tests end, in
# whatever way. In debug mode a provider does not end by itself.
_SERVE: Final = '"$@" </dev/null & read -r _; kill $!; wait $!'


@contextmanager
def serving(
    command: Sequence[str], environ: Mapping[str, str], folder: Path | None = None
) -> Iterator[Addresses]:
    """Runs a provider in debug mode, in a folder; gives the address that it prints.

    Raises:
        RuntimeError: it ended without one.
    """
    # For its socket, whose path must be short.
    with (
        TemporaryDirectory(prefix="tf-") as sockets,
        subprocess.Popen(
            ["sh", "-c", _SERVE, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**environ, "TMPDIR": sockets},
            text=True,
        ) as process,
    ):
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        assert process.stdout is not None  # noqa: S101 - as above
        printed = ""
        try:
            while not (found := _ADDRESSES.search(printed)):
                line = process.stdout.readline()
                if not line:
                    raise RuntimeError(f"{command[0]} ended: {printed}")
                printed += line
            yield json.loads(found[1])
        finally:
            process.stdin.close()

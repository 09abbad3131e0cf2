"""The machine in words, without anything that would tell which one it is."""

import os
import platform
import subprocess

_BYTES_PER_GB = 1024**3


def describe() -> str:
    """Returns cores, memory, system, and the versions of Python and Node.js in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _BYTES_PER_GB
    node = subprocess.run(
        [os.environ.get("JSII_NODE", "node"), "--version"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB of memory, "
        f"{platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, Node.js {node.removeprefix('v')}"
    )

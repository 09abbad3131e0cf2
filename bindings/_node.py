"""The JavaScript half: environment variables for the Node.js process that jsii starts."""

import os
import shutil
import sys
from pathlib import Path

_HOOK = Path(__file__).with_name("node-hook.cjs")

_NODE = Path(__file__).with_name("node")
"""Starts Node.js so that the hook may run jsii's program in place of jsii's launcher. A shell
script: the launcher stays on Windows, and where the user has chosen another Node.js."""

_SEMI_SPACE = "--max-semi-space-size"
_SEMI_SPACE_MB = 1
"""Node.js takes up to 48 MB for short-lived objects by default; a synth is hardly slower with 3."""


def install() -> None:
    """Adds missing environment variables and keeps those that the user has set."""
    options = os.environ.get("NODE_OPTIONS", "")
    added = []
    if not _hook_is_in(options):
        added.append(_require_hook())
    # Node.js allows either spelling, and lets the last one win.
    if _SEMI_SPACE not in options.replace("_", "-"):
        added.append(f"{_SEMI_SPACE}={_SEMI_SPACE_MB}")
    os.environ["NODE_OPTIONS"] = " ".join([options, *added]).strip()
    if os.name == "posix" and os.access(_NODE, os.X_OK):
        os.environ.setdefault("JSII_NODE", str(_NODE))


def is_missing() -> bool:
    """Tells whether the program is missing that jsii, or our script for it, would start."""
    chosen = os.environ.get("JSII_NODE")
    return shutil.which("node" if chosen in {None, "", str(_NODE)} else str(chosen)) is None


def runs_without_hook() -> bool:
    """Tells whether jsii has started Node.js already, and without the hook."""
    # jsii starts Node.js to load the first assembly, and notes each assembly that it has loaded.
    loaded = getattr(sys.modules.get("jsii._reference_map"), "_assembly_to_module", None)
    return bool(loaded) and not _hook_is_in(os.environ.get("NODE_OPTIONS", ""))


def _hook_is_in(options: str) -> bool:
    return _require_hook() in options


def _require_hook() -> str:
    # Inside double quotes Node.js keeps spaces and reads a backslash as an escape.
    escaped = str(_HOOK).replace("\\", "\\\\").replace('"', '\\"')
    return f'--require "{escaped}"'

"""The version of the project: that of `pyproject.toml`, and of no other place."""

import tomllib
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[1]


def project_version() -> str:
    """The version, for example `0.3.0`, or `0.3.0-dev` before its release.

    As semantic versioning writes it: https://semver.org
    """
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["project"]["version"]

"""Platforms in several regions, as variants of the example `two-regions`."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from config.environment import Environment
from rules.load import EXAMPLES, load

PLATFORM: Final = "two-regions"
WEST: Final = "two-regions-euw1"
CENTRAL: Final = "two-regions-euc1"


def write_platform(folder: Path, settings: Mapping[str, Any]) -> Path:
    """Writes a variant of the example."""
    file = folder / f"{PLATFORM}.yaml"
    extended = os.path.relpath(EXAMPLES / file.name, folder)
    file.write_text(json.dumps({"extends": extended, "name": PLATFORM, **settings}))
    return file


def platform(folder: Path, **settings: Any) -> list[Environment]:
    """The environments of a variant of the example, in the order of their regions."""
    return load([write_platform(folder, settings)])

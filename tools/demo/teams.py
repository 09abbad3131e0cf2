"""The teams of the demonstration, for an environment that has none."""

import json
import os
from pathlib import Path
from typing import Any, Final

from rules.load import load_with_warnings

TEAMS: Final[dict[str, Any]] = {
    name: {"namespaces": {name: {}}, "hosts": [f"{name}.example.com"]}
    for name in ("shop", "finance")
}
"""Two teams with a namespace each and the limits that every namespace of a team has."""


def with_teams(name: str, folder: Path) -> str:
    """The environment, with the demonstration's teams where it has none.

    Args:
        name: the environment's name, or the path of its file.
        folder: where a file that extends the environment's is written.

    Returns:
        The same name, or the path of the file with the teams.

    Raises:
        ConfigError: there is no such environment, or it is wrong.
    """
    loaded, *others = load_with_warnings([name])
    if others or loaded.environment.teams:
        return name
    original = loaded.source.file
    file = folder / original.name
    own = {
        # Relative, as `extends` has to be.
        "extends": os.path.relpath(original, folder),
        "name": loaded.environment.name,
        "teams": TEAMS,
    }
    file.write_text(json.dumps(own))
    return str(file)

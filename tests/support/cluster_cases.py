"""Wrong `cluster` settings for tests: what is refused, where, and how it is said."""

from typing import Any

import pytest

from support.environments import environment, problems


def case(path: str, message: str, **cluster: Any) -> Any:
    """One wrong setting.

    Args:
        path: the setting that is refused, within `cluster`.
        message: a part of what is said.
        cluster: the settings of the section.
    """
    return pytest.param(cluster, path, message, id=f"{path}: {message}")


def assert_refused(settings: dict[str, Any], path: str, message: str) -> None:
    """Holds that a case is refused there, with these words, and with no other problem."""
    found = [
        (".".join(map(str, problem.path)), problem.message)
        for problem in problems(environment(cluster=settings))
    ]
    expected = [entry for entry in found if entry[0] == f"cluster.{path}" and message in entry[1]]
    assert expected == found
    assert len(found) == 1

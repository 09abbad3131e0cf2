"""Fixtures of the configuration's tests."""

from pathlib import Path

import pytest

from support.environment_files import Project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty working directory but for good.yaml, which has all but a name."""
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)

"""`make kubernetes` refuses before it starts anything."""

import pytest

from tools.kubernetes import programs
from tools.kubernetes.__main__ import main


def test_an_environment_that_does_not_exist_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(programs, "built", lambda: pytest.fail("nothing is to be built"))
    assert main(["dve"]) == 1
    assert 'has no environment of this name ("dve"); allowed ' in capsys.readouterr().err

"""A terraform that writes down how it was called, for what needs no real one."""

import json
import os
import sys
from pathlib import Path
from typing import Final

import pytest

_SCRIPT: Final = """\
#!{python}
import json, os, sys
if sys.argv[1:] == ["version", "-json"]:
    print(json.dumps({{"terraform_version": {version!r}}}))
    sys.exit(0)
with open({log!r}, "a") as log:
    log.write(json.dumps([os.path.basename(os.getcwd()), *sys.argv[1:]]) + "\\n")
print("out of", sys.argv[1])
print("err of", sys.argv[1], file=sys.stderr)
sys.exit({codes!r}.get(sys.argv[1], 0))
"""


class FakeTerraform:
    """A program named terraform, first on the PATH."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "bin"
        self.folder.mkdir()
        self._log = folder / "terraform-calls"
        self._log.touch()
        monkeypatch.setenv("PATH", f"{self.folder}{os.pathsep}{os.environ['PATH']}")
        self.answers()

    def answers(self, version: str = "1.11.4", **codes: int) -> None:
        """Sets the version and the exit code of each command; 0 for those not named."""
        self.is_script(
            _SCRIPT.format(python=sys.executable, version=version, log=str(self._log), codes=codes)
        )

    def is_script(self, text: str) -> None:
        """Sets what the program does."""
        program = self.folder / "terraform"
        program.write_text(text)
        program.chmod(0o755)

    @property
    def calls(self) -> list[list[str]]:
        """Each call so far: name of the folder it ran in, then its arguments."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]

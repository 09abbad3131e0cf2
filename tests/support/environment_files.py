"""A working directory for environment files, for tests of the configuration."""

from pathlib import Path
from typing import Any

import pytest

from config.reading.extends import Files
from config.reading.validate import prepared
from rules.load import EXAMPLES, ConfigError, load
from rules.validate import SPEC

GOOD = """\
account: "123456789012"
region: eu-west-1
admins: [arn:aws:iam::123456789012:role/admin]
edge: {plain_http: true}
"""


class Project:
    """A working directory in which a test writes environment files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("good.yaml", GOOD)

    def write(self, name: str, text: str | bytes) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def errors(self, *names: str) -> list[str]:
        """Returns the lines of the error that loading files ends in."""
        with pytest.raises(ConfigError) as caught:
            load(names)
        return str(caught.value).splitlines()


def full_settings() -> dict[str, Any]:
    """The settings of the file that has every option that goes together with the others."""
    written = Files(SPEC).chain(EXAMPLES / "full.yaml").written
    assert written is not None
    settings = prepared(written.settings, SPEC)
    return {key: value for key, value in settings.items() if key != "extends"}

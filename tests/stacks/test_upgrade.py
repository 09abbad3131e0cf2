"""An upgrade from each recorded release keeps what prod has: addresses, and names (M13)."""

from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from modules.moves import moved
from support.output import Output
from tools.record_release import RECORDED, read

RELEASES: Final = sorted(each for each in RECORDED.iterdir() if each.is_dir())

GONE: Final[dict[str, list[str]]] = yaml.safe_load((RECORDED / "gone.yaml").read_text())
"""By release: what a later version removes on purpose, and CHANGELOG says."""


def of_prod(release: Path, what: str) -> dict[str, Any]:
    return read(release / "prod.json.gz")[what]


def short(stack: str) -> str:
    return stack.rpartition("-")[2]


@pytest.mark.parametrize("release", RELEASES, ids=lambda each: each.name)
def test_an_upgrade_keeps_every_resource_of_prod(release: Path, output: Output) -> None:
    lost = {
        f"{short(stack)}: {address}"
        for stack, addresses in of_prod(release, "addresses").items()
        for address in addresses
        if moved(short(stack), address) not in output.stack(stack).addresses
    }
    assert lost == set(GONE[release.name])


@pytest.mark.parametrize("release", RELEASES, ids=lambda each: each.name)
def test_an_upgrade_replaces_no_resource_of_prod(release: Path, output: Output) -> None:
    """No argument that cannot change in place is another one."""
    replaced: list[str] = []
    for stack, recorded in of_prod(release, "names").items():
        present = {f"{type_}.{id_}": body for type_, id_, body in output.stack(stack)}
        for address, arguments in recorded.items():
            body = present.get(moved(short(stack), address)) or arguments
            replaced += [
                f"{stack}: {address}.{key}"
                for key, value in arguments.items()
                if body.get(key) != value
            ]
    assert replaced == []

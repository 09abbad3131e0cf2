"""An environment with other values of `cluster`, as if its file had them, synthesized."""

import json
import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from config.environment import Environment
from rules.load import ConfigError, Loaded, load_with_warnings
from runner.errors import RunnerError
from runner.manifest import Stack
from runner.synth import synthesize


@dataclass(frozen=True)
class Variant:
    """An environment of one version.

    Attributes:
        stacks: its stacks, in the order of apply.
        warnings: what the rules warn of.
    """

    environment: Environment
    stacks: list[Stack]
    warnings: Sequence[str] = ()

    def stack(self, name: str) -> dict[str, Any]:
        """The JSON of a stack, by its name within the environment; empty where there is none."""
        found = (each.document for each in self.stacks if each.short_name == name)
        return next(found, {})


@dataclass(frozen=True)
class VariantSettings:
    """What of an environment is to be different.

    Attributes:
        version: `cluster.version`.
        nodes: `cluster.upgrade.nodes`.
    """

    version: str
    nodes: Literal["together", "after"]


def variants(loaded: Loaded, folder: Path, asked: Sequence[VariantSettings]) -> list[Variant]:
    """An environment with other versions, synthesized side by side.

    Files that extend that of the environment set them, so that all rules see them.

    Args:
        loaded: the environment as its file says.
        folder: files and output are written there.
        asked: what is different in each.

    Raises:
        RunnerError: the rules refuse the environment with one of the versions, or a synthesis
            failed and has printed the reason.
    """
    name = loaded.environment.name
    files = [_write(loaded, folder / str(number), each) for number, each in enumerate(asked)]
    checked = [
        _checked(loaded, file, each.version) for file, each in zip(files, asked, strict=True)
    ]
    with ThreadPoolExecutor(len(files)) as pool:
        stacks = pool.map(_synthesized, files)
        return [
            Variant(
                found.environment,
                [each for each in made if each.environment == name],
                found.annotations,
            )
            for found, made in zip(checked, stacks, strict=True)
        ]


def _synthesized(file: Path) -> list[Stack]:
    return synthesize(str(file), outdir=file.parent / "cdktf.out", quiet=True)


def _write(loaded: Loaded, folder: Path, asked: VariantSettings) -> Path:
    source = loaded.source
    cluster: dict[str, Any] = {"version": asked.version, "upgrade": {"nodes": asked.nodes}}
    settings: dict[str, Any] = {
        "extends": os.path.relpath(source.file, folder),
        "name": source.file.stem,
    }
    if source.region:
        settings["regions"] = {source.region: {"settings": {"cluster": cluster}}}
    else:
        settings["cluster"] = cluster
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / source.file.name
    file.write_text(json.dumps(settings), encoding="utf-8")
    return file


def _checked(loaded: Loaded, file: Path, version: str) -> Loaded:
    try:
        found = load_with_warnings([file])
    except ConfigError as error:
        raise _refused(error, loaded, file, version) from error
    (checked,) = (each for each in found if each.environment.name == loaded.environment.name)
    return checked


def _refused(error: ConfigError, loaded: Loaded, file: Path, version: str) -> RunnerError:
    """What the rules say, with the environment's file in the place of the one that extends it."""
    there = re.sub(rf"\S*{re.escape(str(file))}[:\d]*", str(loaded.source.file), str(error))
    return RunnerError(
        f"The settings of {loaded.environment.name} are not for Kubernetes {version}. Change these "
        f"first, and apply:\n{there}",
        2,
    )

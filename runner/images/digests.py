"""The digests of images that a file of the user has, so that a tag that is moved is noticed.

A tag may name another image tomorrow. The digest is of the content: of the list of platforms, where
an image has several.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rules.load import ENVIRONMENTS
from runner.errors import RunnerError
from runner.versions.rows import UnansweredError
from runner.versions.web import Registry

FILE: Final = "image-digests.json"
"""In the folder of the user's environments, to be committed: digests by the name of the image in
the registry of its project, with its tag."""

_AT_A_TIME: Final = 8


@dataclass(frozen=True)
class Recorded:
    """What a call recorded.

    Attributes:
        file: the file with the digests.
        added: how many are new in it.
        problems: a sentence for each image whose digest is not known, or is another one now.
    """

    file: Path
    added: int
    problems: tuple[str, ...]


def recorded_digests(folder: Path = ENVIRONMENTS) -> Mapping[str, str]:
    """The digests in the file, by name; none where there is no file.

    Raises:
        RunnerError: it is no JSON object of digests.
    """
    file = folder / FILE
    if not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if all(str(digest).startswith("sha256:") for digest in found.values()):
            return found
    except (ValueError, AttributeError) as error:
        raise RunnerError(f"{file} is no JSON object of digests by image: {error}") from error
    raise RunnerError(f"{file} has a digest that does not begin with sha256:")


def record_digests(sources: Iterable[str], folder: Path = ENVIRONMENTS) -> Recorded:
    """Asks the registries for the digests of images, and adds those that the file lacks.

    A digest that is in the file stays: where the tag names another image now, that is a problem,
    which the user decides.

    Args:
        sources: names in the registries of their projects; those with a digest need no other.
        folder: where the file is.

    Raises:
        RunnerError: the file is no JSON object of digests.
    """
    before = recorded_digests(folder)
    names = sorted(name for name in set(sources) if "@" not in name)
    with ThreadPoolExecutor(max_workers=_AT_A_TIME) as pool:
        answers = list(pool.map(_ask, names))
    new = {each.name: each.digest for each in answers if each.digest and each.name not in before}
    if new:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({**before, **new}, indent=2, sort_keys=True)
        (folder / FILE).write_text(f"{text}\n", encoding="utf-8")
    return Recorded(folder / FILE, len(new), tuple(_problems(answers, before)))


@dataclass(frozen=True)
class _Answer:
    """What a registry says of an image: its digest, or why there is none."""

    name: str
    digest: str | None = None
    reason: str = ""


def _ask(name: str) -> _Answer:
    host, _, rest = name.partition("/")
    path, _, tag = rest.rpartition(":")
    try:
        registry = Registry(host, path or rest)
        return _Answer(name, registry.digest(tag if path else "latest"))
    except UnansweredError as error:
        return _Answer(name, reason=str(error))


def _problems(answers: Iterable[_Answer], before: Mapping[str, str]) -> Iterator[str]:
    for each in answers:
        known = before.get(each.name)
        if each.digest is None:
            yield f"The digest of {each.name} is not known: {each.reason}"
        elif known not in (None, each.digest):
            yield (
                f"{each.name} is {each.digest} now, and {known} in {FILE}: its tag was moved. To "
                "take the image of now, remove its line and run this again."
            )

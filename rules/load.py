"""Loads environments: from names or files to validated configuration."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path as File
from typing import Final

from config.environment import Environment, Siblings
from config.problem import MISSING, Problem
from config.reading.extends import SUFFIX, Files, normalized, parent_of
from config.reading.nearest import nearest
from config.reading.report import ConfigError, display
from config.reading.written import Located, Position, WrittenSettings
from rules.between_environments import conflicts, warnings_between
from rules.expansion import EnvironmentSource, expanded
from rules.validate import SPEC, FoundEnvironments, placed

__all__ = [
    "ENVIRONMENTS",
    "EXAMPLES",
    "ConfigError",
    "Loaded",
    "defaults",
    "environments",
    "load",
    "load_with_warnings",
    "named_by",
    "written_settings",
]

PROJECT: Final = File(__file__).parents[1]

ENVIRONMENTS: Final = PROJECT / "environments"
"""Where the user's own environment files are."""

EXAMPLES: Final = PROJECT / "examples" / "environments"
"""Where the examples are."""

DEFAULT_EXAMPLES: Final = ("dev", "prod")
"""The examples that are used until the user has an environment."""


def defaults(directory: File = ENVIRONMENTS) -> list[File]:
    """The default files: the user's environments, or else two examples.

    Raises:
        ConfigError: a file ends in .yml and would be overlooked.
    """
    if not directory.is_dir() or not any(directory.glob("*.y*ml")):
        return [EXAMPLES / f"{name}{SUFFIX}" for name in DEFAULT_EXAMPLES]
    return environments(directory)


@dataclass(frozen=True)
class Loaded:
    """An environment and its warnings.

    Attributes:
        source: where it is written.
        written: its settings with their places, those of the files that it extends too.
        own_warnings: what is unwise in the environment alone.
        warnings_between: what is unwise beside the others that are loaded.
    """

    environment: Environment
    source: EnvironmentSource
    written: WrittenSettings
    own_warnings: tuple[Located, ...]
    warnings_between: tuple[Located, ...] = ()

    @property
    def warnings(self) -> tuple[Located, ...]:
        """All warnings."""
        return (*self.own_warnings, *self.warnings_between)

    @property
    def annotations(self) -> list[str]:
        """The warnings without file and line, as they are in the output.

        Those between environments are not among them: the output of an environment does not depend
        on what is loaded with it.
        """
        return [
            f"{self.environment.name}: {'.'.join(map(str, problem.path))}: "
            f"{problem.value}: {problem.message}"
            for problem in (located.problem for located in self.own_warnings)
        ]


def load(
    names: Sequence[str | File] = (), folders: Sequence[File] = (ENVIRONMENTS, EXAMPLES)
) -> list[Environment]:
    """Loads environments as `load_with_warnings` does, without the warnings."""
    return [loaded.environment for loaded in load_with_warnings(names, folders)]


def load_with_warnings(
    names: Sequence[str | File] = (), folders: Sequence[File] = (ENVIRONMENTS, EXAMPLES)
) -> list[Loaded]:
    """Loads environments in the given order; duplicates are loaded once.

    Args:
        names: names of environments ("dev"), or paths of files: anything that has a path
            separator or ends in .yaml, and every `Path`; a folder stands for all its
            `environments`. Empty means the `defaults`.
        folders: where named environments are searched, in this order.

    Returns:
        The environments, valid by their model, by all rules, and beside each other.

    Raises:
        ConfigError: something is wrong; it has all problems of all files.
    """
    found = FoundEnvironments()
    asked = list(_asked(names or defaults(folders[0]), folders))
    for file in dict.fromkeys(each.file for each in asked if isinstance(each, Asked)):
        found.add(file)
    joined = found.add_named()
    loaded, written, problems = found.environments, found.written, found.problems
    problems += (each for each in asked if isinstance(each, Located))
    problems += _wrong_names(found.files)
    for _, several in groupby(loaded, lambda source: source.file):
        sources = list(several)
        siblings = Siblings(tuple(loaded[source] for source in sources))
        for source in sources:
            others = (loaded[each] for each in joined.get(source, ()) if each in loaded)
            loaded[source].join(siblings, Siblings(tuple(others)))
    problems += (placed(problem, written[source]) for source, problem in conflicts(loaded))
    if problems:
        raise ConfigError(problems)
    between: dict[EnvironmentSource, list[Located]] = {source: [] for source in loaded}
    for source, problem in warnings_between(loaded):
        between[source].append(placed(problem, written[source]))
    return [
        Loaded(
            environment,
            source,
            written[source],
            tuple(found.warnings[source]),
            tuple(between[source]),
        )
        for source, environment in loaded.items()
        if _is_asked(source.file, environment.name, asked)
    ]


def written_settings(
    names: Sequence[str | File], folders: Sequence[File] = (ENVIRONMENTS, EXAMPLES)
) -> dict[str, WrittenSettings]:
    """What the files of environments say, with the place of each setting.

    Args:
        names, folders: as those of `load_with_warnings`.

    Returns:
        The settings by the environment's name; only of environments that are valid by themselves.
    """
    found = FoundEnvironments()
    for each in _asked(names, folders):
        if isinstance(each, Asked) and each.file not in found.files:
            found.add(each.file)
    return {
        environment.name: found.written[source]
        for source, environment in found.environments.items()
    }


@dataclass(frozen=True)
class Asked:
    """What is to be loaded.

    Attributes:
        environment: the name of the one environment of the file; empty for all.
    """

    file: File
    environment: str = ""


def _is_asked(file: File, environment: str, asked: Iterable[Asked | Located]) -> bool:
    return any(each in asked for each in (Asked(file), Asked(file, environment)))


def named_by(variable: str) -> list[str]:
    """Returns the environments that the variable ENV names.

    A POSIX shell reads the file that ENV names when it starts, so many people have it set to
    something like ~/.shrc. Such a path is no environment; one that ends in .yaml is.
    https://pubs.opengroup.org/onlinepubs/9799919799/utilities/sh.html

    Args:
        variable: the variable's value: names or paths, separated by white space.
    """
    return [name for name in variable.split() if "/" not in name or name.endswith(SUFFIX)]


def environments(directory: File) -> list[File]:
    """Returns the environment files of a directory, sorted by name.

    A file without `name` that another file extends is shared settings and no environment.

    Args:
        directory: where to look for *.yaml.

    Raises:
        ConfigError: there is none, or a file ends in .yml and would be overlooked.
    """
    overlooked = sorted(directory.glob("*.yml"))
    if overlooked:
        message = f"is not read: environment files end in {SUFFIX}"
        raise ConfigError(_problem(normalized(file), message) for file in overlooked)
    found = _environments(directory)
    if not found:
        raise ConfigError(
            [_problem(directory, f"has no environment: no {SUFFIX} file with a name")]
        )
    return found


def _environments(directory: File) -> list[File]:
    files = Files(SPEC)
    documents = [files.read(normalized(file)) for file in sorted(directory.glob(f"*{SUFFIX}"))]
    extended = [parent_of(document) for document in documents]
    # Where a file cannot say what it extends, one without a name may be what it extends.
    known = all(document.written is not None for document in documents) and not any(
        isinstance(parent, Problem) for parent in extended
    )
    return [
        document.file
        for document in documents
        if document.written is None
        or document.written.has(("name",))
        or (known and document.file not in extended)
    ]


def _asked(names: Iterable[str | File], folders: Sequence[File]) -> Iterator[Asked | Located]:
    for name in names:
        if _is_folder(name):
            yield from map(Asked, environments(File(name)))
        else:
            yield _file(name, folders)


def _file(name: str | File, folders: Sequence[File]) -> Asked | Located:
    try:
        if isinstance(name, File) or _is_path(name):
            return Asked(normalized(File(name)))
        for folder in folders:
            file = folder / f"{name}{SUFFIX}"
            if file.is_file():
                return Asked(normalized(file))
        if found := next(_of_a_region(name, folders), None):
            return found
    except (OSError, ValueError):
        return _problem(File(name), "is not the path of a file")
    available = [found.stem for folder in folders for found in _environments(folder)]
    message = "has no environment of this name"
    return _problem(folders[0], message, name, ", ".join(available), nearest(name, available))


def _of_a_region(name: str, folders: Sequence[File]) -> Iterator[Asked]:
    """The files that have an environment of this name for one of their regions."""
    files = Files(SPEC)
    for folder in folders:
        for file in map(normalized, sorted(folder.glob(f"*{SUFFIX}"))):
            written = files.chain(file).written
            if written and name in (each.name for each in expanded(file, written)):
                yield Asked(file, name)


def _is_folder(name: str | File) -> bool:
    try:
        return (isinstance(name, File) or _is_path(name)) and File(name).is_dir()
    except (OSError, ValueError):
        return False


def _is_path(name: str) -> bool:
    return "/" in name or "\\" in name or name.endswith(SUFFIX)


def _problem(
    file: File, message: str, value: object = MISSING, allowed: str = "", suggestion: str = ""
) -> Located:
    return Located(Position(file), Problem((), message, value, allowed, suggestion))


def _wrong_names(named: dict[File, WrittenSettings]) -> Iterator[Located]:
    first: dict[str, File] = {}
    for file, written in named.items():
        name, position = written.find(("name",)), written.locate(("name",))
        if not isinstance(name, str):
            continue
        if name != file.stem:
            message = "differs from the name of the file"
            yield Located(position, Problem(("name",), message, name, file.stem))
        if name in first:
            message = f"is also the name of {display(first[name])}"
            yield Located(position, Problem(("name",), message, name))
        first.setdefault(name, file)

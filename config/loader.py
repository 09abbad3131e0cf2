"""Loads environments: from names or files to validated configuration."""

from collections.abc import Iterator, Sequence
from pathlib import Path as File
from typing import Final

from config.conflicts import conflicts
from config.environment import Environment
from config.extends import SUFFIX, Files, normalized, parent_of
from config.nearest import nearest
from config.problem import MISSING, Problem
from config.report import ConfigError, display
from config.shape import of_model
from config.tree import Located, Mapping, Position, Scalar, find, locate
from config.unclear import clarified
from config.validate import placed, validate

__all__ = ["DIRECTORY", "ConfigError", "environments", "load", "named_by"]

DIRECTORY: Final = File(__file__).parent / "environments"
"""Where the environment files are."""

SHAPE: Final = of_model(Environment)
"""What a file may say."""


def load(names: Sequence[str | File] = (), directory: File = DIRECTORY) -> list[Environment]:
    """Loads environments, in the order given; one that is named twice is loaded once.

    Args:
        names: names of environments in the directory ("dev"), or paths of files: anything that
            has a path separator or ends in .yaml, and every `Path`. None means all
            `environments` of the directory.
        directory: where the named environments are.

    Returns:
        the environments, valid by their model, by all of `config.rules`, and beside each other.

    Raises:
        ConfigError: something is wrong; it has all problems of all files.
    """
    files = Files()
    problems: list[Located] = []
    loaded: dict[File, Environment] = {}
    roots: dict[File, Mapping] = {}
    for file in dict.fromkeys(_file(name, directory) for name in names or environments(directory)):
        if isinstance(file, Located):
            problems.append(file)
            continue
        chain = files.chain(file)
        problems += (clarified(found, SHAPE) for found in chain.problems)
        if chain.root is None:
            continue
        result = validate(chain.root, complete=chain.complete)
        problems += result.problems
        roots[file] = chain.root
        if result.environment is not None:
            loaded[file] = result.environment
    problems += _wrong_names(roots)
    problems += (placed(found, roots[file]) for file, found in conflicts(loaded))
    if problems:
        raise ConfigError(problems)
    return list(loaded.values())


def named_by(variable: str) -> list[str]:
    """Returns the environments that the variable ENV names.

    A POSIX shell reads the file that ENV names when it starts, so many people have it set to
    something like ~/.shrc. Such a path is no environment; one that ends in .yaml is.
    https://pubs.opengroup.org/onlinepubs/9799919799/utilities/sh.html

    Args:
        variable: the variable's value: names or paths, separated by white space.
    """
    return [name for name in variable.split() if "/" not in name or name.endswith(SUFFIX)]


def environments(directory: File = DIRECTORY) -> list[File]:
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
    files = Files()
    documents = [files.read(normalized(file)) for file in sorted(directory.glob(f"*{SUFFIX}"))]
    extended = [parent_of(document) for document in documents]
    # Where a file cannot say what it extends, one without a name may be what it extends.
    known = all(document.root is not None for document in documents) and not any(
        isinstance(parent, Problem) for parent in extended
    )
    return [
        document.file
        for document in documents
        if document.root is None
        or "name" in document.root.entries
        or (known and document.file not in extended)
    ]


def _file(name: str | File, directory: File) -> File | Located:
    try:
        if isinstance(name, File) or _is_path(name):
            return normalized(File(name))
        file = directory / f"{name}{SUFFIX}"
        if file.is_file():
            return normalized(file)
    except (OSError, ValueError):
        return _problem(File(name), "is not the path of a file")
    available = [found.stem for found in _environments(directory)]
    message = "has no environment of this name"
    return _problem(directory, message, name, ", ".join(available), nearest(name, available))


def _is_path(name: str) -> bool:
    return "/" in name or "\\" in name or name.endswith(SUFFIX)


def _problem(
    file: File, message: str, value: object = MISSING, allowed: str = "", suggestion: str = ""
) -> Located:
    return Located(Position(file), Problem((), message, value, allowed, suggestion))


def _wrong_names(roots: dict[File, Mapping]) -> Iterator[Located]:
    first: dict[str, File] = {}
    for file, root in roots.items():
        node = find(root, ("name",))
        if not isinstance(node, Scalar) or node.unclear or not isinstance(node.value, str):
            continue
        name = node.value
        position = locate(root, ("name",))
        if name != file.stem:
            message = "differs from the name of the file"
            yield Located(position, Problem(("name",), message, name, file.stem))
        if name in first:
            message = f"is the name of {display(first[name])} too"
            yield Located(position, Problem(("name",), message, name))
        first.setdefault(name, file)

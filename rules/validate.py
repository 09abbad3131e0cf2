"""Validates the settings of a file: every one by itself, then the rules across them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.environment import Environment
from config.problem import Path, Problem
from config.reading.counts import cut, miscounted
from config.reading.partial import known_part, left_out, written_path
from config.reading.shape import Shape, of_model
from config.reading.translate import finding, problem
from config.reading.tree import Located, Mapping, Node, Scalar, Sequence, find, locate, walk
from rules.registry import broken, warnings


@dataclass
class Result:
    """What became of a file.

    Attributes:
        environment: the environment; None where something is wrong with its settings.
        problems: what is wrong.
        warnings: what its settings are advised against; empty where something is wrong.
    """

    environment: Environment | None
    problems: list[Located] = field(default_factory=list)
    warnings: list[Located] = field(default_factory=list)


def validate(root: Mapping, *, complete: bool = True) -> Result:
    """Validates settings.

    Args:
        root: the merged settings.
        complete: whether they are all there. Where a file of the chain could not be read, what
            it would say is not missed, and rules are not applied to half of the settings.
    """
    shape = of_model(Environment)
    data = plain(root, shape)
    wrong = {path for path, node in walk(root) if path and _is_unclear(node)}
    errors: list[ErrorDetails] = []
    advice: list[Located] = []
    environment = None
    try:
        environment = Environment.model_validate(data)
    except ValidationError as error:
        errors = _all_errors(error, data, shape)
    problems = list(located(errors, Environment, root))
    wrong |= {finding(error, Environment, root).path for error in errors}
    if not complete:
        problems = [found for found in problems if found.problem.message != "is required"]
    elif environment is None or wrong:
        problems += _broken_in_part(data, wrong, root)
    else:
        problems += (placed(found, root) for found in broken(environment))
        if not problems:
            advice += (placed(found, root) for found in warnings(environment))
    return Result(None if problems or wrong else environment, problems, advice)


class _Refused:
    """Stands for a value that no setting accepts."""


def plain(node: Node, shape: Shape | None) -> Any:
    """Returns plain data for the model, without the settings that were written as null.

    Args:
        node: what was written.
        shape: what the model expects there; None where it expects nothing.
    """
    match node:
        case Scalar():
            refused = node.unclear or (shape is not None and _is_no_choice(node.value, shape))
            return _Refused() if refused else node.value
        case Sequence():
            item = shape.item if shape and shape.kind == "list" else None
            return [plain(entry, item) for entry in node.items]
        case Mapping():
            return {
                key: plain(entry.value, shape.child(key) if shape else None)
                for key, entry in node.entries.items()
                if not _is_null(entry.value) or not _resets(shape)
            }


def _resets(shape: Shape | None) -> bool:
    """Whether null in a mapping means "as if it were not written".

    It does wherever the model knows the settings. In free-form values null is a value: in those
    of a chart it takes a default of the chart away.
    """
    if shape is None or shape.kind not in {"section", "mapping"}:
        return False
    return shape.item is None or shape.item.kind != "anything"


def _is_no_choice(value: object, shape: Shape) -> bool:
    """Python takes True and 1.0 for the choice 1."""
    return shape.kind == "choice" and not any(
        type(value) is type(choice) and value == choice for choice in shape.choices
    )


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _is_unclear(node: Node) -> bool:
    return isinstance(node, Scalar) and node.unclear


def _all_errors(error: ValidationError, data: Any, shape: Shape) -> list[ErrorDetails]:
    counts = list(miscounted(data, shape))
    try:
        Environment.model_validate(cut(data, shape))
    except ValidationError as found:
        error = found
    return [*counts, *error.errors(include_url=False)]


def located(
    errors: Iterable[ErrorDetails], model: type[BaseModel], root: Mapping
) -> Iterator[Located]:
    """Yields the problems that the errors of a model stand for, where they were written.

    Args:
        errors: what validating `plain` data found.
        model: the model.
        root: the settings.
    """
    for details in errors:
        found = finding(details, model, root)
        names_key = found.is_key or details["type"] == "extra_forbidden"
        is_unclear = found.node is not None and _is_unclear(found.node)
        if found.path == ("extends",) or (is_unclear and not names_key):
            continue  # whoever read the files has reported it
        position = locate(root, found.path, key=names_key)
        yield Located(position, problem(details["type"], found))


def _broken_in_part(data: dict[str, Any], wrong: set[Path], root: Mapping) -> Iterator[Located]:
    """Applies the rules to what is right.

    A second time without the entries that are wrong in part, for their neighbours: a rule ends at
    the first thing that it cannot know.
    """
    for whole_entries in (False, True):
        known = known_part(Environment, data, wrong, whole_entries=whole_entries)
        for found in broken(known, partly=True):
            if not whole_entries or left_out(known, found.path):
                yield placed(replace(found, path=written_path(known, found.path)), root)


def placed(found: Problem, root: Mapping) -> Located:
    """Gives the problem of a rule its place in the file.

    Args:
        found: the problem.
        root: the settings of the file.
    """
    written = (path for path in (found.path, *found.involved) if find(root, path) is not None)
    return Located(locate(root, next(written, found.path)), found)

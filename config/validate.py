"""Validates the settings of a file: every section by itself, then the rules across them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from config.environment import Environment
from config.rules import broken
from config.shape import Shape, of_model
from config.translate import finding, problem
from config.tree import Located, Mapping, Node, Scalar, Sequence, locate, walk


@dataclass
class Result:
    """What became of a file.

    Attributes:
        environment: the environment; None where something is wrong with its settings.
        problems: what is wrong.
    """

    environment: Environment | None
    problems: list[Located] = field(default_factory=list)


def validate(root: Mapping, *, complete: bool = True) -> Result:
    """Validates settings.

    Args:
        root: the merged settings.
        complete: whether they are all there. Where a file of the chain could not be read, what
            it would say is not missed, and rules are not applied to half of the settings.
    """
    data = plain(root, of_model(Environment))
    invalid = {path[0] for path, node in walk(root) if path and _is_unclear(node)}
    problems: list[Located] = []
    try:
        environment = Environment.model_validate(data)
    except ValidationError as error:
        environment = _valid_part(data, invalid, error)
        problems += located(error, Environment, root)
    if complete:
        problems += _broken_rules(environment, root, invalid)
    else:
        problems = [found for found in problems if found.problem.message != "is required"]
    return Result(None if problems or invalid else environment, problems)


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


def _valid_part(data: dict[str, Any], invalid: set[str | int], error: ValidationError) -> Any:
    """Builds an environment from the sections that are right, for the rules that need no other.

    It adds the names of the others to `invalid`.
    """
    invalid |= {details["loc"][0] for details in error.errors(include_url=False) if details["loc"]}
    values = {
        name: _adapter(info).validate_python(data[name], strict=True)
        for name, info in Environment.model_fields.items()
        if name in data and name not in invalid
    }
    return Environment.model_construct(**values)


def _adapter(info: FieldInfo) -> TypeAdapter[Any]:
    annotated: Any = Annotated
    return TypeAdapter(annotated[info.annotation, *info.metadata, None])


def located(error: ValidationError, model: type[BaseModel], root: Mapping) -> Iterator[Located]:
    """Yields the problems that the errors of a model stand for, where they were written.

    Args:
        error: what validating `plain` data raised.
        model: the model.
        root: the settings.
    """
    for details in error.errors(include_url=False):
        found = finding(details, model, root)
        if found.path == ("extends",) or (found.node is not None and _is_unclear(found.node)):
            continue  # whoever read the files has reported it
        names_key = found.is_key or details["type"] == "extra_forbidden"
        position = locate(root, found.path, key=names_key)
        yield Located(position, problem(details["type"], found))


def _broken_rules(
    environment: Environment, root: Mapping, invalid: set[str | int]
) -> Iterator[Located]:
    for found in broken(environment, invalid):
        yield Located(locate(root, found.path), found)

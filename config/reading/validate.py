"""Validates what a file says against a model, with all problems at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from config.problem import Path, Problem
from config.reading.errors import explained
from config.reading.extends import KEY
from config.reading.field_spec import FieldSpec
from config.reading.node import Located, Node, Refused

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Validated(Generic[Model]):
    """What became of the settings of a file.

    Attributes:
        model: the settings; None where something is wrong with them.
        data: the settings as plain data, without entries that are too many.
        problems: what is wrong, except for what the reader has reported.
        wrong: the paths of everything that is wrong or missing.
    """

    model: Model | None
    data: dict[str, Any]
    problems: list[Located]
    wrong: frozenset[Path]


def validate(
    root: Node, model: type[Model], synonyms: Mapping[str, str], *, complete: bool = True
) -> Validated[Model]:
    """Validates settings.

    Args:
        root: the merged settings.
        synonyms: the dotted paths of settings, by their names in other tools in snake case.
        complete: whether the settings are all there. Where a file of the chain could not be read,
            what it would say is not missed.
    """
    spec = FieldSpec.of_model(model)
    converter = _Converter(root)
    data = converter.data(root, spec)
    wrong, problems, valid = converter.wrong, converter.problems, None
    reported = {(KEY,), *wrong}
    try:
        valid = model.model_validate(data)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            path, names_key, problem = explained(details, root, spec, synonyms)
            wrong.add(path)
            is_new = names_key or path not in reported
            if is_new and (complete or details["type"] != "missing"):
                problems.append(Located(root.locate(path, key=names_key), problem))
    return Validated(None if wrong else valid, data, problems, frozenset(wrong))


class _Converter:
    """Makes plain data for a model.

    It counts the entries of lists and mappings, too: the model stops at a list that is too long
    without a look at its entries, and at wrong entries without counting them.
    """

    def __init__(self, root: Node) -> None:
        self._root = root
        self.wrong: set[Path] = set()
        self.problems: list[Located] = []

    def data(self, node: Node, spec: FieldSpec | None, path: Path = ()) -> Any:
        value = node.value
        if isinstance(value, dict):
            entries = {
                key: self.data(entry, spec and spec.child(key), (*path, key))
                for key, entry in value.items()
                if entry.value is not None or not _resets(spec)
            }
            kept = self._counted(list(entries), node, spec, path, "mapping")
            return entries if len(kept) == len(entries) else {key: entries[key] for key in kept}
        if isinstance(value, list):
            items = [
                self.data(entry, spec and spec.child(place), (*path, place))
                for place, entry in enumerate(value)
            ]
            return self._counted(items, node, spec, path, "list")
        if isinstance(value, Refused):
            self.wrong.add(path)
        # Python takes True and 1.0 for the choice 1.
        known = [(type(choice), choice) for choice in spec.choices] if spec else []
        return Refused() if known and (type(value), value) not in known else value

    def _counted(
        self, entries: list[Any], node: Node, spec: FieldSpec | None, path: Path, kind: str
    ) -> list[Any]:
        """Returns the entries without what is too many."""
        count = len(entries)
        if spec is None or spec.kind != kind or spec.in_range(count):
            return entries
        self.wrong.add(path)
        message = f"has {count} {'entry' if count == 1 else 'entries'}"
        problem = Problem(path, message, node.shown(), spec.describe())
        self.problems.append(Located(node.position, problem))
        return entries[: count if spec.maximum is None else int(spec.maximum)]


def _resets(spec: FieldSpec | None) -> bool:
    """Whether null in a mapping means "as if it were not written".

    It does wherever the model knows the settings. In free-form values null is a value: in those
    of a chart it takes a default of the chart away.
    """
    if spec is None:
        return False
    return spec.model is not None or (spec.item is not None and spec.item.kind != "anything")

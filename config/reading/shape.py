"""The form of a setting, read from the model: what error messages and the reference say."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel, BeforeValidator, StringConstraints
from pydantic.fields import FieldInfo

from config.problem import Path
from config.reading.form import Form

Kind: TypeAlias = Literal[
    "section", "mapping", "list", "choice", "text", "integer", "number", "boolean", "anything"
]

_KINDS: dict[Any, Kind] = {str: "text", int: "integer", float: "number", bool: "boolean"}


@dataclass(frozen=True)
class Shape:
    """What a setting may hold.

    Attributes:
        kind: the sort of value.
        model: the section's model.
        key: what the keys of a mapping look like.
        item: what the values of a mapping or the entries of a list look like.
        choices: the values to choose from.
        least: the smallest number, or number of entries.
        most: the largest number, or number of entries.
        form: the form in words, where the type has one.
        pattern: a regular expression that every text matches.
        longer: a regular expression that finds the value, as its group, in a longer spelling.
        alternatives: the shapes of a setting that may have several.
    """

    kind: Kind
    model: type[BaseModel] | None = None
    key: "Shape | None" = None
    item: "Shape | None" = None
    choices: tuple[object, ...] = ()
    least: int | float | None = None
    most: int | float | None = None
    form: str = ""
    pattern: str = ""
    longer: str = ""
    alternatives: tuple["Shape", ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The settings of a section."""
        return tuple(self.model.model_fields) if self.model else ()

    def child(self, step: str | int) -> "Shape | None":
        """Returns the shape of what stands under a key or at a list position."""
        if self.model is not None:
            found = self.model.model_fields.get(str(step))
            return of_field(found) if found else None
        return self.item

    def at(self, path: Path) -> "Shape | None":
        """Returns the shape at a path; None where the model has nothing there."""
        found: Shape | None = self
        for step in path:
            found = found.child(step) if found else None
        return found

    def form_fits(self, *texts: str) -> bool:
        """Whether texts have the form that every text has here."""
        return all(re.search(self.pattern, text) for text in texts)

    def words(self) -> str:
        """Says in words which values are allowed."""
        if self.form:
            return self.form
        if self.alternatives:
            return "; or ".join(shape.words() for shape in self.alternatives)
        words = {
            "choice": ", ".join(str(choice) for choice in self.choices),
            "integer": f"a whole number{_span('from', self.least, self.most)}",
            "number": f"a number{_span('from', self.least, self.most)}",
            "boolean": "true or false",
            "text": "text",
            "section": ", ".join(self.keys),
            "anything": "any value",
        }
        return words.get(self.kind) or self._collection()

    def _collection(self) -> str:
        words = f"a {self.kind}"
        if self.least is not None or self.most is not None:
            last = self.least if self.most is None else self.most
            span = _span("of", self.least, self.most)
            words += f"{span} {'entry' if last == 1 else 'entries'}"
        if self.key is not None:
            words += f", each key {self.key.words()}"
        if self.item is not None and self.item.kind != "section":
            words += f", each {'value ' if self.key else ''}{self.item.words()}"
        return words


def _span(between: str, least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f" {between} {least} to {most}"
    if least is not None:
        return f" of at least {least}"
    return f" of at most {most}" if most is not None else ""


def of_model(model: type[BaseModel]) -> Shape:
    """Returns the shape of a section."""
    return Shape("section", model)


def of_field(field: FieldInfo) -> Shape:
    """Returns the shape of a setting."""
    return of(field.annotation, field.metadata)


def of(annotation: Any, metadata: Iterable[Any] = ()) -> Shape:
    """Returns the shape of a type annotation.

    Args:
        annotation: a type that the model uses.
        metadata: constraints that come with it.
    """
    if get_origin(annotation) is Annotated:
        inner, *own = get_args(annotation)
        return of(inner, [*own, *metadata])
    return _constrained(_plain(annotation), metadata)


def _plain(annotation: Any) -> Shape:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        members = tuple(of(member) for member in arguments if member is not NoneType)
        return members[0] if len(members) == 1 else Shape("anything", alternatives=members)
    if origin is Literal:
        return Shape("choice", choices=arguments)
    if origin is list:
        return Shape("list", item=of(arguments[0]))
    if origin is dict:
        return Shape("mapping", key=of(arguments[0]), item=of(arguments[1]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return of_model(annotation)
    return Shape(_KINDS.get(annotation, "anything"))


def _constrained(shape: Shape, metadata: Iterable[Any]) -> Shape:
    for item in metadata:
        match item:
            case Form(words, longer):
                # A type that is written as text but is none in Python, such as a CIDR block.
                kind = "text" if shape.kind == "anything" else shape.kind
                shape = replace(shape, form=words, longer=longer, kind=kind)
            case FieldInfo():
                shape = _constrained(shape, item.metadata)
            case StringConstraints(pattern=str(pattern)):
                shape = replace(shape, pattern=pattern)
            case BeforeValidator():
                # What the type accepts is code; no text is known to be right.
                shape = replace(shape, pattern="(?!)")
            case MinLen(least) if shape.kind != "text":
                shape = replace(shape, least=least)
            case MaxLen(most) if shape.kind != "text":
                shape = replace(shape, most=most)
            case Ge(least):
                shape = replace(shape, least=least)  # pyright: ignore[reportArgumentType]
            case Le(most):
                shape = replace(shape, most=most)  # pyright: ignore[reportArgumentType]
            case _:
                pass
    return shape

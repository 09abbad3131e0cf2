"""What a setting may hold, read from the model: what error messages and the reference say."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property, reduce
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeAlias, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel, BeforeValidator, StringConstraints, TypeAdapter
from pydantic.fields import FieldInfo

from config.problem import Path
from config.reading.form import Form

Kind: TypeAlias = Literal[
    "section", "mapping", "list", "choice", "text", "integer", "number", "boolean", "anything"
]

_KINDS: dict[Any, Kind] = {str: "text", int: "integer", float: "number", bool: "boolean"}


@dataclass(frozen=True)
class FieldSpec:
    """What a setting may hold.

    Attributes:
        model: the model of a section.
        key: what the keys of a mapping look like.
        item: what the values of a mapping or the entries of a list look like.
        minimum: the smallest number, or number of entries. `maximum` likewise.
        description: the form in words, where the type has one.
        pattern: a regular expression that every text matches.
        extract: a regular expression that finds the value, as its group, in a longer spelling.
        replacement: what the value is made of, if it is not the group alone.
        alternatives: the specs of a setting that may have several.
        annotation: the type as Python has it.
    """

    kind: Kind
    model: type[BaseModel] | None = None
    key: "FieldSpec | None" = None
    item: "FieldSpec | None" = None
    choices: tuple[object, ...] = ()
    minimum: int | float | None = None
    maximum: int | float | None = None
    description: str = ""
    pattern: str = ""
    extract: str = ""
    replacement: str = ""
    alternatives: tuple["FieldSpec", ...] = ()
    annotation: Any = Any

    @classmethod
    def of_model(cls, model: type[BaseModel]) -> "FieldSpec":
        """The spec of a section, or of a whole file."""
        return cls("section", model, annotation=model)

    @classmethod
    def of_field(cls, field: FieldInfo) -> "FieldSpec":
        """The spec of a field of a model."""
        return cls.of(field.annotation, field.metadata)

    @classmethod
    def of(cls, annotation: Any, metadata: Iterable[Any] = ()) -> "FieldSpec":
        """The spec of a type annotation, with the constraints that come beside it."""
        if get_origin(annotation) is Annotated:
            annotation, *own = get_args(annotation)
            return cls.of(annotation, [*own, *metadata])
        typed: Any = Annotated
        spec = replace(_plain(annotation), annotation=typed[annotation, *metadata, None])
        return _constrained(spec, metadata)

    @property
    def keys(self) -> tuple[str, ...]:
        """The settings of a section."""
        return tuple(self.model.model_fields) if self.model else ()

    @property
    def null_resets(self) -> bool:
        """Whether null in the mapping means "as if it were not written".

        It does wherever the model knows the settings. In free-form values null is a value: in those
        of a chart it takes a default of the chart away.
        """
        return self.model is not None or (self.item is not None and self.item.kind != "anything")

    def child(self, step: str | int) -> "FieldSpec":
        """The spec of what stands under a key or at a list position; UNKNOWN for nothing."""
        found = _field(self.model, str(step)) if self.model else self.item
        return found or UNKNOWN

    def at(self, path: Path) -> "FieldSpec":
        """The spec at a path; UNKNOWN where the model has nothing there."""
        return reduce(FieldSpec.child, path, self)

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.annotation)

    def validated(self, data: Any) -> Any:
        """The value that the type makes of data.

        Raises:
            ValidationError: the type refuses it.
        """
        return self._adapter.validate_python(data, strict=True)

    def matches(self, *texts: str) -> bool:
        """Whether texts match the pattern, if there is one."""
        return all(re.search(self.pattern, text) for text in texts)

    def in_range(self, number: float) -> bool:
        """Whether a number, or a number of entries, is neither too small nor too large."""
        too_small = self.minimum is not None and number < self.minimum
        return not too_small and (self.maximum is None or number <= self.maximum)

    def describe(self) -> str:
        """Says in words which values are allowed."""
        if self.description:
            return self.description
        if self.alternatives:
            return "; or ".join(spec.describe() for spec in self.alternatives)
        if self.kind in {"list", "mapping"}:
            return self._describe_collection()
        return {
            "choice": ", ".join(map(str, self.choices)),
            "integer": f"a whole number{self._span('from')}",
            "number": f"a number{self._span('from')}",
            "boolean": "true or false",
            "section": ", ".join(self.keys),
            "text": "text",
        }.get(self.kind, "any value")

    def _describe_collection(self) -> str:
        words = f"a {self.kind}"
        if span := self._span("of"):
            last = self.minimum if self.maximum is None else self.maximum
            words += f"{span} {'entry' if last == 1 else 'entries'}"
        if self.key is not None:
            words += f", each key {self.key.describe()}"
        if self.item is not None and self.item.kind != "section":
            words += f", each {'value ' if self.key else ''}{self.item.describe()}"
        return words

    def _span(self, between: str) -> str:
        if self.minimum is not None and self.maximum is not None:
            return f" {between} {self.minimum} to {self.maximum}"
        if self.minimum is not None:
            return f" of at least {self.minimum}"
        return f" of at most {self.maximum}" if self.maximum is not None else ""


UNKNOWN: Final = FieldSpec("anything")
"""Of what the model does not know: wrong names, and all that stands below free-form values."""


@cache
def _field(model: type[BaseModel], key: str) -> FieldSpec | None:
    field = model.model_fields.get(key)
    return FieldSpec.of_field(field) if field else None


def _plain(annotation: Any) -> FieldSpec:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        members = tuple(FieldSpec.of(member) for member in arguments if member is not NoneType)
        return members[0] if len(members) == 1 else FieldSpec("anything", alternatives=members)
    if origin is Literal:
        return FieldSpec("choice", choices=arguments)
    if origin is list:
        return FieldSpec("list", item=FieldSpec.of(arguments[0]))
    if origin is dict:
        key, item = map(FieldSpec.of, arguments)
        return FieldSpec("mapping", key=key, item=item)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return FieldSpec.of_model(annotation)
    return FieldSpec(_KINDS.get(annotation, "anything"))


def _constrained(spec: FieldSpec, metadata: Iterable[Any]) -> FieldSpec:
    for item in metadata:
        match item:
            case Form(description, extract, replacement):
                # A type that is written as text but is none in Python, such as a CIDR block.
                kind = "text" if spec.kind == "anything" else spec.kind
                spec = replace(spec, description=description, kind=kind)
                spec = replace(spec, extract=extract, replacement=replacement)
            case FieldInfo():
                spec = _constrained(spec, item.metadata)
            case StringConstraints(pattern=str(pattern)):
                spec = replace(spec, pattern=pattern)
            case BeforeValidator():
                # What the type accepts is code; no text is known to be right.
                spec = replace(spec, pattern="(?!)")
            case MinLen(minimum) | Ge(minimum) if spec.kind != "text":
                spec = replace(spec, minimum=minimum)
            case MaxLen(maximum) | Le(maximum) if spec.kind != "text":
                spec = replace(spec, maximum=maximum)
            case _:
                pass
    return spec

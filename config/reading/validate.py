"""Validates what a file says against a model, with all problems at once.

What the model accepts as a whole is right. What it refuses is validated part by part: each part
that is wrong is reported, and what is right is kept for the rules, see `config.reading.partial`.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from config.problem import Path, Problem
from config.reading import errors
from config.reading.extends import KEY
from config.reading.field_spec import FieldSpec
from config.reading.partial import PartialList, PartialMapping
from config.reading.scalars import Refused
from config.reading.written import Located, WrittenSettings
from config.settings import UnknownSettingError

Model = TypeVar("Model", bound=BaseModel)

_CONTAINERS: Final[dict[str, type]] = {"section": dict, "mapping": dict, "list": list}


@dataclass(frozen=True)
class Validated(Generic[Model]):
    """What became of the settings of a file.

    Attributes:
        model: the settings; None where something is wrong with them.
        problems: what is wrong, except for what the reader has reported.
        partial: where something is wrong, what is known of the settings: once with entries of lists
            and mappings that are wrong in part, and once without.
    """

    model: Model | None
    problems: list[Located]
    partial: tuple[Any, ...] = ()


def validate(
    written: WrittenSettings,
    model: type[Model],
    synonyms: Mapping[str, str],
    *,
    complete: bool = True,
) -> Validated[Model]:
    """Validates settings.

    Args:
        written: the merged settings.
        synonyms: the dotted paths of settings, by their names in other tools in snake case.
        complete: whether the settings are all there. Where a file of the chain could not be read,
            what it would say is not missed.
    """
    spec = FieldSpec.of_model(model)
    data = prepared(written.settings, spec)
    parts = _Parts(written, spec, synonyms)
    known = parts.value(data, spec, ())
    if not parts.wrong:
        return Validated(known, [])
    right = _Parts(written, spec, synonyms, whole_entries=True).value(data, spec, ())
    found = parts.problems
    problems = [each for each in found if complete or each.problem.message != errors.REQUIRED]
    return Validated(None, problems, (known, right))


def prepared(value: Any, spec: FieldSpec) -> Any:
    """Settings as the model takes them: without null where it means "as if it were not written"."""
    if isinstance(value, dict):
        return {
            key: prepared(entry, spec.child(key))
            for key, entry in value.items()
            if entry is not None or not spec.null_resets
        }
    if isinstance(value, list):
        return [prepared(entry, spec.child(place)) for place, entry in enumerate(value)]
    # Python takes True and 1.0 for the choice 1.
    known = [(type(choice), choice) for choice in spec.choices]
    return Refused() if known and (type(value), value) not in known else value


class _Parts:
    """Validates settings part by part.

    Attributes:
        problems: what is wrong with them.
        wrong: how many parts are wrong or missing, those that the reader has reported included.
    """

    def __init__(
        self,
        written: WrittenSettings,
        top: FieldSpec,
        synonyms: Mapping[str, str],
        *,
        whole_entries: bool = False,
    ) -> None:
        self._written = written
        self._top = top
        self._synonyms = synonyms
        self._whole_entries = whole_entries
        self.problems: list[Located] = []
        self.wrong = 0

    def value(self, data: Any, spec: FieldSpec, path: Path) -> Any:
        """The value that the model makes of data, or what is known of it.

        Raises:
            UnknownSettingError: nothing is known of it.
        """
        error = None
        try:
            typed = spec.validated(data)
            if not _has_refused(data):
                return typed
        except ValidationError as caught:
            error = caught
        if isinstance(data, _CONTAINERS.get(spec.kind, ())):
            return (self._section if spec.model else self._collection)(data, spec, path)
        if error is None or path == (KEY,) or isinstance(self._written.find(path), Refused):
            self.wrong += 1
        else:
            self._report(errors.explained(error, path, spec, self._written.shown(path)))
        raise UnknownSettingError

    def _section(self, data: dict[str, Any], spec: FieldSpec, path: Path) -> Any:
        for key in data.keys() - spec.keys:
            problem = errors.not_a_setting((*path, key), spec, self._top, self._synonyms)
            self._report(problem, at_key=True)
        model, known = spec.model or BaseModel, dict[str, Any]()
        for name, info in model.model_fields.items():
            child, place = spec.child(name), (*path, name)
            with suppress(UnknownSettingError):
                if name in data:
                    known[name] = self.value(data[name], child, place)
                elif info.is_required():
                    self._report(Problem(place, errors.REQUIRED, allowed=child.describe()))
                else:
                    default = info.get_default(call_default_factory=True)
                    known[name] = child.validated(default) if info.validate_default else default
        section = model.model_construct(_fields_set=data.keys() & known.keys(), **known)
        for name in model.model_fields.keys() - known.keys():
            vars(section).pop(name, None)  # `model_construct` fills in the default
        return section

    def _collection(self, data: list[Any] | dict[str, Any], spec: FieldSpec, path: Path) -> Any:
        """The entries that are right. Entries that are too many are not looked at."""
        entries: dict[Any, Any] = data if isinstance(data, dict) else dict(enumerate(data))
        count, right = len(entries), dict[Any, Any]()
        if not spec.in_range(count):
            message = f"has {count} {'entry' if count == 1 else 'entries'}"
            shown = self._written.shown(path)
            self._report(Problem(path, message, shown, spec.describe()))
        for step, entry in islice(
            entries.items(), None if spec.maximum is None else int(spec.maximum)
        ):
            before = self.wrong
            place = (*path, step)
            if spec.key is not None:
                self._key(step, spec.key, place)
            is_right = self.wrong == before
            with suppress(UnknownSettingError):
                value = self.value(entry, spec.child(step), place)
                if is_right and (self.wrong == before or not self._whole_entries):
                    right[step] = value
        if not (spec.in_range(count) and spec.in_range(len(right))):
            raise UnknownSettingError
        is_whole = len(right) == count
        if isinstance(data, dict):
            return right if is_whole else PartialMapping(right)
        return [*right.values()] if is_whole else PartialList(right)

    def _key(self, key: str, spec: FieldSpec, path: Path) -> None:
        try:
            spec.validated(key)
        except ValidationError as caught:
            problem = errors.explained(caught, path, spec, key)
            self._report(errors.of_key(problem), at_key=True)

    def _report(self, problem: Problem, *, at_key: bool = False) -> None:
        self.wrong += 1
        position = self._written.locate(problem.path, key=at_key)
        self.problems.append(Located(position, problem))


def _has_refused(data: Any) -> bool:
    if isinstance(data, dict | list):
        return any(map(_has_refused, data.values() if isinstance(data, dict) else data))
    return isinstance(data, Refused)

"""What is known of an environment whose file is wrong in places, for the rules.

A setting that is wrong or missing is unknown, never at its default: a rule that asks for it ends
there, so that no problem follows from a value that nobody wrote. An entry of a list or a mapping
that is wrong is left out, and the others are judged.
"""

from collections.abc import Set
from typing import Annotated, Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from config.problem import Path
from config.reading.shape import of_field
from config.settings import UnknownSettingError

_UNKNOWN: Final = object()


class PartialList(list[Any]):
    """A list without its wrong entries.

    Attributes:
        places: where each entry stands in the file.
    """

    places: tuple[int, ...] = ()

    def __contains__(self, entry: object) -> bool:
        return super().__contains__(entry) or _may_be_a_wrong_entry()


class PartialMapping(dict[str, Any]):
    """A mapping without its wrong entries."""

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or _may_be_a_wrong_entry()


def _may_be_a_wrong_entry() -> bool:
    raise UnknownSettingError


def known_part(
    model: type[BaseModel], data: dict[str, Any], wrong: Set[Path], *, whole_entries: bool
) -> Any:
    """Builds a section from the settings that are right.

    Args:
        model: the section's model.
        data: what was written.
        wrong: the paths within it of what is wrong or missing.
        whole_entries: whether a section that is an entry of a list or a mapping is left out as a
            whole where a setting of it is wrong.

    Returns:
        the section; reading an unknown setting of it raises `UnknownSettingError`.
    """
    known: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        below = _below(wrong, name)
        if name in data or below:
            value = _known(info, data.get(name), below, whole_entries=whole_entries)
        else:
            value = _default(info)
        if value is not _UNKNOWN:
            known[name] = value
    section = model.model_construct(_fields_set=data.keys() & known.keys(), **known)
    for name in model.model_fields.keys() - known.keys():
        vars(section).pop(name, None)
    return section


def written_path(environment: object, path: Path) -> Path:
    """Returns where in the file something of a partly known environment stands.

    Args:
        environment: the environment.
        path: a path in it.
    """
    found: list[str | int] = []
    value: Any = environment
    for step in path:
        if isinstance(value, PartialList) and isinstance(step, int):
            found.append(value.places[step])
        else:
            found.append(step)
        value = _child(value, step)
    return tuple(found)


def left_out(environment: object, path: Path) -> bool:
    """Whether an entry is left out of a list or a mapping that a path leads through.

    Args:
        environment: a partly known environment.
        path: a path in it.
    """
    value: Any = environment
    for step in path:
        if isinstance(value, PartialList | PartialMapping):
            return True
        value = _child(value, step)
    return False


def _child(value: Any, step: str | int) -> Any:
    if isinstance(value, BaseModel):
        return value.__dict__.get(str(step))
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int):
        return value[step]
    return None


def _below(wrong: Set[Path], step: str | int) -> Set[Path]:
    return {path[1:] for path in wrong if path and path[0] == step}


def _default(info: FieldInfo) -> Any:
    if info.is_required():
        return _UNKNOWN
    default = info.get_default(call_default_factory=True)
    return _adapter(info).validate_python(default) if info.validate_default else default


def _known(info: FieldInfo, value: Any, wrong: Set[Path], *, whole_entries: bool) -> Any:
    if not wrong:
        return _adapter(info).validate_python(value, strict=True)
    shape = of_field(info)
    if () in wrong:
        return _UNKNOWN
    if shape.model is not None:
        return known_part(shape.model, value, wrong, whole_entries=whole_entries)
    if shape.kind not in {"list", "mapping"}:
        return _UNKNOWN
    model = shape.item.model if shape.item and not whole_entries else None
    places = list(value) if isinstance(value, dict) else list(range(len(value)))
    right = [place for place in places if not _is_left_out(_below(wrong, place), model)]
    entries = {place: value[place] for place in right}
    if model is not None:
        entries = {
            place: known_part(model, entry, _below(wrong, place), whole_entries=False)
            for place, entry in entries.items()
        }
    else:
        try:
            rest = entries if isinstance(value, dict) else list(entries.values())
            rest = _adapter(info).validate_python(rest, strict=True)
        except ValidationError:
            return _UNKNOWN  # too few are left
        entries = rest if isinstance(rest, dict) else dict(zip(right, rest, strict=True))
    return _collected(entries, mapping=isinstance(value, dict), whole=len(right) == len(places))


def _is_left_out(wrong: Set[Path], model: type[BaseModel] | None) -> bool:
    """A section of which a part is wrong stays as one that is partly known."""
    return bool(wrong) if model is None else () in wrong


def _collected(entries: dict[Any, Any], *, mapping: bool, whole: bool) -> Any:
    if mapping:
        return entries if whole else PartialMapping(entries)
    if whole:
        return list(entries.values())
    partial = PartialList(entries.values())
    partial.places = tuple(entries)
    return partial


def _adapter(info: FieldInfo) -> TypeAdapter[Any]:
    annotated: Any = Annotated
    return TypeAdapter(annotated[info.annotation, *info.metadata, None])

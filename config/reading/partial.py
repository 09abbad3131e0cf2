"""What is known of a model whose file is wrong in places, for the rules.

A setting that is wrong or missing is unknown, never at its default: a rule that reads it ends
there, so that no problem follows from a value that the file does not have. An entry of a list or a
mapping that is wrong is left out, and the others are judged.
"""

from collections.abc import Set
from contextlib import suppress
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from config.problem import Path
from config.reading.field_spec import FieldSpec
from config.settings import UnknownSettingError


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


def construct_partial(
    model: type[BaseModel], data: dict[str, Any], wrong: Set[Path], *, whole_entries: bool
) -> Any:
    """Builds a section from the settings that are right.

    Args:
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
        with suppress(UnknownSettingError):
            if below:
                known[name] = _partial(info, data.get(name), below, whole_entries=whole_entries)
            elif name in data:
                known[name] = _validated(info, data[name])
            else:
                known[name] = _default(info)
    section = model.model_construct(_fields_set=data.keys() & known.keys(), **known)
    for name in model.model_fields.keys() - known.keys():
        vars(section).pop(name, None)  # `model_construct` fills in the default
    return section


def written_path(partial: object, path: Path) -> tuple[Path, bool]:
    """Where in the file something of a partial model stands.

    Returns:
        the path in the file, and whether it leads through a list or a mapping without entries that
        the file has.
    """
    found: list[str | int] = []
    is_reduced = False
    value: Any = partial
    for step in path:
        is_reduced |= isinstance(value, PartialList | PartialMapping)
        is_moved = isinstance(value, PartialList) and isinstance(step, int)
        found.append(value.places[int(step)] if is_moved else step)
        if isinstance(value, BaseModel):
            value = vars(value).get(str(step))
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            value = value[step] if isinstance(value, list) and isinstance(step, int) else None
    return tuple(found), is_reduced


def _below(wrong: Set[Path], step: str | int) -> Set[Path]:
    return {path[1:] for path in wrong if path and path[0] == step}


def _default(info: FieldInfo) -> Any:
    if info.is_required():
        raise UnknownSettingError
    default = info.get_default(call_default_factory=True)
    return _validated(info, default, strict=False) if info.validate_default else default


def _validated(info: FieldInfo, value: Any, *, strict: bool = True) -> Any:
    annotated: Any = Annotated
    adapter = TypeAdapter[Any](annotated[info.annotation, *info.metadata, None])
    return adapter.validate_python(value, strict=strict)


def _partial(info: FieldInfo, value: Any, wrong: Set[Path], *, whole_entries: bool) -> Any:
    spec = FieldSpec.of_field(info)
    if () in wrong or spec.kind not in {"section", "list", "mapping"}:
        raise UnknownSettingError
    if spec.model is not None:
        return construct_partial(spec.model, value, wrong, whole_entries=whole_entries)
    entries: dict[Any, Any] = value if isinstance(value, dict) else dict(enumerate(value))
    model = spec.item.model if spec.item and not whole_entries else None
    if model is not None:
        # A section of which a part is wrong stays as one that is partly known.
        right = {
            step: construct_partial(model, entry, below, whole_entries=False)
            for step, entry in entries.items()
            if () not in (below := _below(wrong, step))
        }
    else:
        right = {step: entry for step, entry in entries.items() if not _below(wrong, step)}
        try:
            rest = _validated(info, right if isinstance(value, dict) else [*right.values()])
        except ValidationError as error:  # too few are left
            raise UnknownSettingError from error
        right = rest if isinstance(value, dict) else dict(zip(right, rest, strict=True))
    is_whole = len(right) == len(entries)
    if isinstance(value, dict):
        return right if is_whole else PartialMapping(right)
    if is_whole:
        return [*right.values()]
    partial = PartialList(right.values())
    partial.places = tuple(right)
    return partial

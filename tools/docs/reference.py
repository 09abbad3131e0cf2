"""The configuration reference: `python -m tools.docs` writes docs/configuration.md.

Its content comes from the model, the rules and the reader, including the example of error messages.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from config.environment import Environment
from config.reading.field_spec import FieldSpec
from config.reading.report import ConfigError
from config.reading.yaml_file import parse
from rules.between_environments import CHECKS
from rules.registration import all_rules
from rules.validate import SPEC, validate
from tools.docs.field_docs import field_docs

FILE: Final = Path(__file__).parents[2] / "docs" / "configuration.md"

_INTRODUCTION: Final = Path(__file__).with_name("reference_introduction.md")

_WRONG: Final = """\
name: dev
account: 123456789012
region: eu-west-1
admins: [arn:aws:iam::123456789012:role/platform-admin]
state:
  replica_region: eu-west-1
network:
  nat: singel
  availability_zones: [a, b]
  public_subnets:
    cidrs: {a: 10.1.1.0/24}
  flow_log: {enabled: no}
"""


def text() -> str:
    """Returns the reference as the text of its file."""
    introduction = _INTRODUCTION.read_text(encoding="utf-8")
    introduction = introduction.replace("{{wrong}}", _WRONG).replace("{{errors}}", _errors())
    return "\n".join([introduction, *tables(), *_rules(), ""])


def _errors() -> str:
    document = parse(Path.cwd() / "environments" / "dev.yaml", _WRONG, SPEC)
    problems = [*document.problems]
    if document.written is not None:
        problems += validate(document.written).problems
    return str(ConfigError(problems))


def paths(model: type[BaseModel] = Environment) -> dict[type[BaseModel], list[str]]:
    """Returns the sections in the order of the file, and the paths of each."""
    found: dict[type[BaseModel], list[str]] = {}
    waiting: list[tuple[str, FieldSpec]] = [("", FieldSpec.of_model(model))]
    while waiting:
        path, spec = waiting.pop(0)
        if spec.model is not None:
            found.setdefault(spec.model, []).append(path)
            children = [(key, spec.child(key)) for key in spec.keys]
            waiting[:0] = [
                (f"{path}.{key}" if path else key, child) for key, child in children if child
            ]
        elif spec.alternatives:
            waiting[:0] = [(path, alternative) for alternative in spec.alternatives]
        elif spec.item is not None:
            waiting.insert(0, (f"{path}[]" if spec.kind == "list" else f"{path}.*", spec.item))
    return found


def tables(model: type[BaseModel] = Environment) -> Iterator[str]:
    """Yields the lines of one table for each section."""
    places = paths(model)
    for section, found in places.items():
        yield f"### {_heading(found)}\n"
        yield f"{_prose(section.__doc__ or '')}\n"
        yield "| Setting | Allowed | Default | Meaning |"
        yield "|---|---|---|---|"
        for key, info in section.model_fields.items():
            spec = FieldSpec.of_field(info)
            meaning = _prose(field_docs(section).get(key, ""))
            cells = (f"`{key}`", _allowed(spec, places), _default(info, spec), meaning)
            yield f"| {' | '.join(map(_cell, cells))} |"
        yield ""


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def _heading(found: list[str]) -> str:
    return ", ".join(f"`{path}`" for path in found) if found != [""] else "Top level"


def anchor(heading: str) -> str:
    """Returns GitHub's fragment of a heading, which is given without its number signs."""
    kept = "".join(c for c in heading.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def _allowed(spec: FieldSpec, places: dict[type[BaseModel], list[str]]) -> str:
    match spec.kind:
        case "choice":
            return ", ".join(f"`{choice}`" for choice in spec.choices)
        case "boolean":
            return "`true`, `false`"
        case "section" if spec.model is not None:
            return _link(spec.model, places)
    if spec.alternatives:
        return " or ".join(_allowed(alternative, places) for alternative in spec.alternatives)
    inner = spec.item
    if inner is not None and inner.model is not None:
        return f"{_prose(spec.describe())}, each {_link(inner.model, places)}"
    return _prose(spec.describe())


def _link(model: type[BaseModel], places: dict[type[BaseModel], list[str]]) -> str:
    return f"[section](#{anchor(_heading(places[model]))})"


def _default(info: FieldInfo, spec: FieldSpec) -> str:
    if info.is_required():
        return "**required**"
    default = info.get_default(call_default_factory=True)
    if spec.kind == "section" or default is None or default is PydanticUndefined:
        return ""
    return f"`{_as_yaml(default)}`"


def _as_yaml(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{', '.join(_as_yaml(item) for item in value)}]"
    if isinstance(value, BaseModel):
        return _as_yaml(value.model_dump(exclude_defaults=True))
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_as_yaml(item)}' for key, item in value.items())}}}"
    return json.dumps(value)


def _prose(words: str) -> str:
    """Returns text as Markdown on one line, with `<placeholders>` escaped."""
    parts = " ".join(words.split()).split("`")
    return "`".join(
        part if index % 2 else part.replace("<", "&lt;") for index, part in enumerate(parts)
    )


def _rules() -> Iterator[str]:
    yield "## Rules across settings\n"
    yield "Checked after the type of each setting; each rule names the setting that is wrong.\n"
    for rule in all_rules():
        reads = ", ".join(f"`{key}`" for key in rule.reads) or "every setting"
        yield f"- {_summary(rule.check)} ({reads})"
    yield "\nBetween environments that are loaded together:\n"
    yield from (f"- {_summary(check)}" for check in CHECKS)


def _summary(check: Callable[..., object]) -> str:
    return _prose((check.__doc__ or "").split("\n\n")[0])

"""A resource type of a stand-in: checked by its schema, written down, applied where it can be."""

# ruff: noqa: ARG002 - the interface of the tf package says which arguments there are
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import yaml
from tf import schema, types
from tf.iface import Provider, Resource
from tf.utils import Diagnostics

from tools.standins.schema import Fields, schema_of
from tools.standins.target import target
from tools.standins.variables import FAIL, LOG

State = dict[str, Any]

_REPLACED: Final = {"helm_release": frozenset({"name", "namespace"})}
"""Attributes whose change makes the real provider replace a resource."""

_KNOWN: Final = {"string": "", "number": 0, "bool": False}


def log(event: str, **details: Any) -> None:
    """Writes a line in one go, so that lines of two providers never mix."""
    path = os.environ.get(LOG)
    if path:
        line = json.dumps({"event": event, **details}) + "\n"
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(handle, line.encode())
        os.close(handle)


def _name(state: State) -> str:
    """A release's name, or namespace and name of an object."""
    metadata = (state.get("metadata") or [{}])[0]
    names = (metadata.get("namespace"), metadata.get("name")) if metadata else (state.get("name"),)
    return "/".join(str(each) for each in names if each)


def _done(ctx: Any, name: str, action: Callable[[], object]) -> bool:
    """Whether an action succeeds; its error is Terraform's to print."""
    try:
        action()
    except (RuntimeError, OSError) as error:
        ctx.diagnostics.add_error(f"{name}: {error}")
        return False
    return True


def resource(type_: str, fields: Fields, prefix: str) -> type[Resource]:
    """A resource type, as the tf package wants it.

    Args:
        type_: its name.
        fields: its schema.
        prefix: what the package adds in front of its name.
    """
    made = schema_of(fields, _REPLACED.get(type_, frozenset()))
    applied = target()

    class StandIn(Resource):
        def __init__(self, _provider: Provider) -> None:
            pass

        @classmethod
        def get_name(cls) -> str:
            return type_.removeprefix(prefix)

        @classmethod
        def get_schema(cls) -> schema.Schema:
            return made

        def validate(self, diags: Diagnostics, type_name: str, config: State) -> None:
            super().validate(diags, type_name, config)
            if type_ == "helm_release":
                _check_release(diags, config)

        def create(self, ctx: Any, planned: State) -> State | None:
            name = _name(planned)
            log("creating", type=type_, name=name)
            if os.environ.get(FAIL) == f"{type_}.{name}":
                ctx.diagnostics.add_error(f"{name} fails", f"{FAIL} asks for it.")
                return None
            if not _done(ctx, name, lambda: applied.create(type_, planned)):
                return None
            log("created", type=type_, name=name)
            return _known(planned, fields) | {"id": name}

        def read(self, ctx: Any, current: State) -> State | None:
            found: list[State | None] = []
            _done(ctx, _name(current), lambda: found.append(applied.read(type_, current)))
            return found[0] if found else current

        def update(self, ctx: Any, current: State, planned: State) -> State:
            name = _name(planned)
            if not _done(ctx, name, lambda: applied.update(type_, planned)):
                return current
            log("updated", type=type_, name=name)
            return _known(planned, fields)

        # What stays in the state where the API refuses: the package encodes what is returned.
        def delete(self, ctx: Any, current: State) -> Any:
            name = _name(current)
            log("deleting", type=type_, name=name)
            if not _done(ctx, name, lambda: applied.delete(type_, current)):
                return current
            log("deleted", type=type_, name=name)
            return None

        def upgrade(self, ctx: Any, version: int, old: State) -> State:
            return old

    return StandIn


def _check_release(diags: Diagnostics, config: State) -> None:
    """What the real provider refuses beyond its schema, as far as a stack could get it wrong."""
    chart = config.get("chart")
    elsewhere = config.get("repository") is not None or str(chart).startswith("oci://")
    if isinstance(chart, str) and not elsewhere and not _is_chart(Path(chart)):
        diags.add_error(f"{config.get('name')}: no chart in {chart}")
    for text in config.get("values") or ():
        if isinstance(text, str) and not isinstance(yaml.safe_load(text), dict):
            diags.add_error(f"{config.get('name')}: values are no YAML map")


def _is_chart(path: Path) -> bool:
    return (path / "Chart.yaml").is_file() or (path.suffix == ".tgz" and path.is_file())


def _known(state: State, fields: Fields) -> State:
    """A state in which what only a provider knows is known."""
    return {
        name: _KNOWN.get(fields[name]["type"]) if value is types.Unknown else value
        for name, value in state.items()
    }

"""A TEST DOUBLE that Terraform takes for the helm or the kubernetes provider.

It accepts what the real provider's schema accepts, writes down in which order resources are
created and deleted, and fails where a test wants it to. Without a cluster it keeps resources in
Terraform's state alone. With one (`EKS_PLATFORM_STANDIN_CLUSTER`) it applies them to its API.
support/standins.py starts it with a description as its argument.
"""

# ruff: noqa: ARG002 - the interface of the tf package says which arguments there are
import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from tf import runner, schema, types
from tf.gen import tfplugin_pb2 as pb
from tf.iface import Provider, Resource
from tf.utils import Diagnostics

LOG: Final = "EKS_PLATFORM_STANDIN_LOG"
FAIL: Final = "EKS_PLATFORM_STANDIN_FAIL"

CLUSTER: Final = "EKS_PLATFORM_STANDIN_CLUSTER"
"""How to reach the API that resources are applied to, as JSON; unset where there is none."""

Fields = Mapping[str, Mapping[str, Any]]
State = dict[str, Any]

_REPLACED: Final = {"helm_release": {"name", "namespace"}}
"""Attributes whose change makes the real provider replace a resource."""

_KNOWN: Final = {"string": "", "number": 0, "bool": False}


class Plain(types.TfType):
    """Any type: values stay as Terraform sends them."""

    def __init__(self, type_: Any) -> None:
        self._type = type_

    def encode(self, value: Any) -> Any:
        return value

    def decode(self, value: Any) -> Any:
        return value

    def tf_type(self) -> bytes:
        return json.dumps(self._type).encode()


class Attribute(schema.Attribute):
    """An attribute, with or without attributes of its own."""

    def __init__(self, name: str, field: Mapping[str, Any], *, replaced: bool = False) -> None:
        super().__init__(
            name,
            Plain(field["type"]),
            required=field["required"],
            optional=field["optional"],
            computed=field["computed"],
            requires_replace=replaced,
        )
        self.field = field

    def to_pb(self) -> pb.Schema.Attribute:
        message = super().to_pb()
        if self.field["fields"]:
            message.ClearField("type")
            nested = message.nested_type
            nested.nesting = getattr(pb.Schema.Object, self.field["nesting"])
            inner = self.field["fields"].items()
            nested.attributes.extend(Attribute(name, each).to_pb() for name, each in inner)
        return message


class Block(schema.NestedBlock):
    """A nested block."""

    def __init__(self, name: str, field: Mapping[str, Any]) -> None:
        super().__init__(name, schema.NestMode.Set, schema.Block())
        self.field = field

    def to_pb(self) -> pb.Schema.NestedBlock:
        attributes, blocks = _split(self.field["fields"])
        single = self.field["nesting"] == "SINGLE"
        return pb.Schema.NestedBlock(
            type_name=self.type_name,
            nesting=getattr(pb.Schema.NestedBlock, self.field["nesting"]),
            min_items=int(self.field["required"]) if not single else 0,
            max_items=self.field["most"] if not single else 0,
            block=pb.Schema.Block(
                attributes=[each.to_pb() for each in attributes],
                block_types=[each.to_pb() for each in blocks],
            ),
        )

    def encode(self, value: Any) -> Any:
        return value

    def decode(self, value: Any) -> Any:
        return value

    def semantically_equal(self, a_decoded: Any, b_decoded: Any) -> bool:
        return a_decoded == b_decoded


def _split(
    fields: Fields, replaced: frozenset[str] = frozenset()
) -> tuple[list[Attribute], list[Block]]:
    attributes = [
        Attribute(name, field, replaced=name in replaced)
        for name, field in fields.items()
        if not field["block"]
    ]
    return attributes, [Block(name, field) for name, field in fields.items() if field["block"]]


def _schema(fields: Fields, type_: str = "") -> schema.Schema:
    attributes, blocks = _split(fields, frozenset(_REPLACED.get(type_, ())))
    return schema.Schema(list(attributes), 1, list(blocks))


def _log(event: str, **details: Any) -> None:
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


class _NoCluster:
    """Where resources are in Terraform's state alone."""

    def create(self, type_: str, planned: State) -> None:
        pass

    def read(self, type_: str, current: State) -> State | None:
        return current

    def update(self, type_: str, planned: State) -> None:
        pass

    def delete(self, type_: str, current: State) -> None:
        pass


class _Cluster(_NoCluster):
    """The cluster that resources are applied to."""

    def __init__(self) -> None:
        # Terraform starts this program without the path of the project.
        root = Path(__file__).parents[2]
        sys.path[:0] = [str(root), str(root / "tests")]
        from doubles import applied_objects, applied_releases

        from tools.kubernetes.client import Access

        self._objects, self._releases = applied_objects, applied_releases
        self._access = Access(**json.loads(os.environ[CLUSTER]))
        # Terraform works on ten resources at a time, and a client has one connection.
        self._threads = threading.local()

    def create(self, type_: str, planned: State) -> None:
        if type_ == "helm_release":
            self._releases.create(planned)
        else:
            self._objects.create(self._client(), type_, planned)

    def read(self, type_: str, current: State) -> State | None:
        if type_ == "helm_release":
            return self._releases.read(current)
        return self._objects.read(self._client(), type_, current)

    def update(self, type_: str, planned: State) -> None:
        if type_ == "helm_release":
            self._releases.update(planned)
        else:
            self._objects.update(self._client(), type_, planned)

    def delete(self, type_: str, current: State) -> None:
        if type_ == "helm_release":
            self._releases.delete(current)
        else:
            self._objects.delete(self._client(), type_, current)

    def _client(self) -> Any:
        from tools.kubernetes.client import Client

        if not hasattr(self._threads, "client"):
            self._threads.client = Client(self._access)
        return self._threads.client


def _done(ctx: Any, name: str, action: Callable[[], object]) -> bool:
    """Whether an action succeeds; its error is Terraform's to print."""
    try:
        action()
    except (RuntimeError, OSError) as error:
        ctx.diagnostics.add_error(f"{name}: {error}")
        return False
    return True


def _resource(type_: str, fields: Fields, prefix: str) -> type[Resource]:
    made = _schema(fields, type_)
    applied = _Cluster() if CLUSTER in os.environ else _NoCluster()

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
            _log("creating", type=type_, name=name)
            if os.environ.get(FAIL) == f"{type_}.{name}":
                ctx.diagnostics.add_error(
                    f"{name} fails", "The test asks this test double to fail."
                )
                return None
            if not _done(ctx, name, lambda: applied.create(type_, planned)):
                return None
            _log("created", type=type_, name=name)
            return _known(planned, fields) | {"id": name}

        def read(self, ctx: Any, current: State) -> State | None:
            found: list[State | None] = []
            _done(ctx, _name(current), lambda: found.append(applied.read(type_, current)))
            return found[0] if found else current

        def update(self, ctx: Any, current: State, planned: State) -> State:
            name = _name(planned)
            if not _done(ctx, name, lambda: applied.update(type_, planned)):
                return current
            _log("updated", type=type_, name=name)
            return _known(planned, fields)

        # What stays in the state where the API refuses: the package encodes what is returned.
        def delete(self, ctx: Any, current: State) -> Any:
            name = _name(current)
            _log("deleting", type=type_, name=name)
            if not _done(ctx, name, lambda: applied.delete(type_, current)):
                return current
            _log("deleted", type=type_, name=name)
            return None

        def upgrade(self, ctx: Any, version: int, old: State) -> State:
            return old

    return StandIn


def _check_release(diags: Diagnostics, config: State) -> None:
    """What the real provider refuses beyond its schema, as far as a stack could get it wrong."""
    chart = config.get("chart")
    elsewhere = config.get("repository") is not None or str(chart).startswith("oci://")
    if isinstance(chart, str) and not elsewhere and not Path(chart, "Chart.yaml").is_file():
        diags.add_error(f"{config.get('name')}: no chart in {chart}")
    for text in config.get("values") or ():
        if isinstance(text, str) and not isinstance(yaml.safe_load(text), dict):
            diags.add_error(f"{config.get('name')}: values are no YAML map")


def _known(state: State, fields: Fields) -> State:
    """A state in which what only a provider knows is known."""
    return {
        name: _KNOWN.get(fields[name]["type"]) if value is types.Unknown else value
        for name, value in state.items()
    }


class StandInProvider(Provider):
    """The provider, with the settings and resource types of its description."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        self._name: str = description["name"]
        self._settings: Fields = description["settings"]
        prefix = self.get_model_prefix()
        self._resources = [
            _resource(type_, fields, prefix) for type_, fields in description["resources"].items()
        ]

    def get_model_prefix(self) -> str:
        return f"{self._name}_"

    def get_provider_schema(self, diags: Diagnostics) -> schema.Schema:
        settings = {name: each for name, each in self._settings.items() if name != "alias"}
        return _schema(settings)

    def full_name(self) -> str:
        return f"registry.terraform.io/hashicorp/{self._name}"

    def validate_config(self, diags: Diagnostics, config: State) -> None:
        pass

    def configure_provider(self, diags: Diagnostics, config: State) -> None:
        cluster = config.get("kubernetes") if self._name == "helm" else config
        execute = (cluster or {}).get("exec")
        command = execute[0] if isinstance(execute, list) and execute else execute
        _log(
            "configured", provider=self._name, host=(cluster or {}).get("host"), exec=command or {}
        )

    def get_data_sources(self) -> list[Any]:
        return []

    def get_resources(self) -> list[type[Resource]]:
        return self._resources


if __name__ == "__main__":
    runner.run_provider(StandInProvider(json.loads(Path(sys.argv[1]).read_text())), sys.argv)

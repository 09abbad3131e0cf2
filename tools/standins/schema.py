"""Schemas of the stand-ins: attributes and blocks as the real providers' schemas describe them."""

import json
from collections.abc import Mapping
from typing import Any

from tf import schema, types
from tf.gen import tfplugin_pb2 as pb

Fields = Mapping[str, Mapping[str, Any]]
"""Attributes and blocks by name, as binding_schemas.py describes them."""


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


def schema_of(fields: Fields, replaced: frozenset[str] = frozenset()) -> schema.Schema:
    """The schema of fields; a change of those in `replaced` replaces the resource."""
    attributes, blocks = _split(fields, replaced)
    return schema.Schema(list(attributes), 1, list(blocks))

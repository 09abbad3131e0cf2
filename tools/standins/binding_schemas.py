"""Schemas of Terraform providers, read from the bindings that were generated from them.

The bindings carry the TypeScript that they were made from. It says of every attribute whether it
is required, optional or computed, of which type it is, and whether it is a block. So a stand-in
with these schemas accepts nothing that the provider of that version would refuse by its schema.
"""

import base64
import json
import re
import tarfile
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

_SIMPLE: Final[dict[str, Any]] = {
    "string": "string",
    "number": "number",
    "boolean": "bool",
    "string[]": ["list", "string"],
    "number[]": ["list", "number"],
    "{string}": ["map", "string"],
    "{boolean}": ["map", "bool"],
    "{any}": ["map", "string"],
}
"""Terraform's types by the bindings'."""

_GETTERS: Final = {"String": "string", "Number": "number", "Boolean": "bool"}

_INTERFACE: Final = re.compile(
    r"^export interface (\w+)(?: extends [\w.]+)? \{\n(.*?)^\}", re.MULTILINE | re.DOTALL
)
_PROPERTY: Final = re.compile(
    r"/\*\*(?P<doc>(?:(?!\*/).)*)\*/\s*"
    r"readonly (?P<name>\w+)(?P<optional>\??): (?P<type>[^;]*(?:;\s*\})?)",
    re.DOTALL,
)
_ANCHOR: Final = re.compile(r"\{@link \S+?/(?P<version>[\d.]+)/docs\S*?#(?P<name>\w+) ")
_CLASS: Final = re.compile(
    r"^export class (\w+) extends cdktf\.\w+ \{\n(.*?)^\}", re.MULTILINE | re.DOTALL
)
_COMPUTED: Final = re.compile(r"// (\w+) - computed: true,")
_GETTER: Final = re.compile(r"get \w+\(\) \{\s*return this\.get(\w+)Attribute\('(\w+)'\)")
_SOURCE_MAP: Final = "//# sourceMappingURL=data:application/json;base64,"
_HCL: Final = re.compile(
    r"^\s+(\w+): \{\n\s+value:.*\n\s+isBlock: \w+,\n\s+type: \"(\w+)\"", re.MULTILINE
)


@dataclass(frozen=True)
class Field:
    """An attribute or a block.

    Attributes:
        type: Terraform's type; None for a block with fields.
        fields: these fields.
        nesting: LIST, SET or SINGLE, for one with fields.
        block: whether it is a block rather than an attribute.
        most: how many blocks there may be; 0 for any number.
    """

    required: bool = False
    optional: bool = False
    computed: bool = False
    type: Any = None
    fields: dict[str, "Field"] = field(default_factory=dict[str, "Field"])
    nesting: str = "SINGLE"
    block: bool = False
    most: int = 0


@dataclass(frozen=True)
class Schema:
    """A provider's own settings, or a resource type.

    Attributes:
        name: the resource type, or empty.
        version: the provider's version.
        fields: what it has.
    """

    name: str
    version: str
    fields: dict[str, Field]


@cache
def provider(name: str) -> Schema:
    """The settings of a provider.

    Args:
        name: the provider, for example `helm`.
    """
    return _schema("", _sources(name, ["provider"])["provider"])


def resources(name: str, types: Collection[str]) -> dict[str, Schema]:
    """The schemas of resource types of a provider.

    Args:
        name: the provider, for example `helm`.
        types: the types, for example `helm_release`.

    Raises:
        KeyError: the provider has no such type.
    """
    modules = {type_: type_.removeprefix(f"{name}_").replace("_", "-") for type_ in types}
    sources = _sources(name, modules.values())
    return {type_: _schema(type_, sources[module]) for type_, module in modules.items()}


def _schema(type_: str, text: str) -> Schema:
    source = _Source(text)
    fields = source.fields(source.top)
    if type_ and "id" not in fields:
        fields["id"] = Field(computed=True, type="string")
    return Schema(type_, source.version, fields)


def _sources(name: str, modules: Collection[str]) -> dict[str, str]:
    """The TypeScript of modules, in the archive inside the Python package.

    The package itself is not imported: that would start Node.
    """
    package = Path(
        str(
            distribution(f"cdktf-cdktf-provider-{name}").locate_file(f"cdktf_cdktf_provider_{name}")
        )
    )
    (archive,) = package.glob("_jsii/*.jsii.tgz")
    wanted = {f"package/lib/{module}/index.js": module for module in modules}
    found: dict[str, str] = {}
    with tarfile.open(archive, "r|gz") as members:
        for member in members:
            content = members.extractfile(member) if member.name in wanted else None
            if content is not None:
                code = content.read().decode()
                encoded = code[code.rindex(_SOURCE_MAP) + len(_SOURCE_MAP) :]
                sources = json.loads(base64.b64decode(encoded))["sourcesContent"]
                found[wanted[member.name]] = "\n".join(sources)
            if len(found) == len(wanted):
                break
    return found


class _Source:
    """The source of a module of the bindings."""

    def __init__(self, text: str) -> None:
        self._interfaces = dict(_INTERFACE.findall(text))
        self._classes = dict(_CLASS.findall(text))
        self._text = text
        (self.top,) = (name for name in self._interfaces if self._is_top(name))
        link = _ANCHOR.search(text)
        if link is None:
            raise ValueError(f"{self.top} names no version of the provider")
        self.version = link["version"]

    def _is_top(self, interface: str) -> bool:
        return interface.endswith("Config") and interface.removesuffix("Config") in self._classes

    def fields(self, interface: str) -> dict[str, Field]:
        """The fields of an interface by Terraform's names."""
        body = self._class(interface)
        computed = set(_COMPUTED.findall(body))
        nestings = dict(_HCL.findall(self._conversion(interface)))
        found: dict[str, Field] = {}
        for each in _PROPERTY.finditer(self._interfaces[interface]):
            link = _ANCHOR.search(each["doc"])
            if link is None:
                continue
            name, required = link["name"], not each["optional"]
            block = f"{name} block" in each["doc"]
            found[name] = Field(
                required=required,
                optional=not required,
                computed=name in computed and not required,
                **self._typed(each["type"], nestings.get(name, "struct"), block=block),
            )
        for getter, name in _GETTER.findall(body):
            if name not in found and getter in _GETTERS:
                found[name] = Field(computed=True, type=_GETTERS[getter])
        return found

    def _typed(self, type_: str, nesting: str, *, block: bool) -> dict[str, Any]:
        text = re.sub(r"\s+", " ", type_).replace("| cdktf.IResolvable", "").strip()
        mapped = re.fullmatch(r"\{ \[key: string\]: (\w+)(?: \| \w+)?;? \}", text)
        if mapped:
            text = f"{{{mapped[1]}}}"
        if text in _SIMPLE:
            simple = _SIMPLE[text]
            return {"type": ["set", simple[1]] if nesting == "set" else simple}
        struct = text.removesuffix("[]")
        listed = nesting if nesting in {"list", "set"} else "single"
        return {
            "fields": self.fields(struct),
            "nesting": listed.upper(),
            "block": block,
            "most": 1 if struct == text and listed != "single" else 0,
        }

    def _class(self, interface: str) -> str:
        """The code of the class that has an interface's values; a provider's blocks have none."""
        name = interface.removesuffix("Config") if interface == self.top else ""
        return self._classes.get(name or f"{interface}OutputReference", "")

    def _conversion(self, interface: str) -> str:
        """The code that turns an interface's values into Terraform's."""
        if interface == self.top:
            start = self._text.index("synthesizeHclAttributes():")
        else:
            name = f"{interface[0].lower()}{interface[1:]}ToHclTerraform"
            start = self._text.index(f"function {name}(")
        return self._text[start : self._text.index("remove undefined attributes", start)]

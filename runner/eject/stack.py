"""Writes one stack as files of HCL."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any, Final

from runner.eject.blocks import attributes, block, body_of, grouped, listed, meta_body, separated
from runner.eject.expressions import UNINDENTED, Lines, aligned, value
from runner.eject.layout import MAIN, PROVIDERS, Layout, name_of, says, subject
from runner.eject.origins import Origin
from runner.eject.repeated import Repeated, replaced
from runner.eject.schemas import Blocks, blocks_of
from runner.errors import RunnerError

Files = dict[str, str]

_WIDTH: Final = 98
_KNOWN: Final = frozenset(
    {"//", "check", "data", "locals", "output", "provider", "removed", "resource", "terraform"}
)


def hcl_files(document: Mapping[str, Any], origins: Sequence[Origin]) -> Files:
    """The files of a stack by name.

    Args:
        document: its Terraform JSON.
        origins: what made the elements of all stacks.

    Raises:
        RunnerError: it has a type of block that this project does not write.
    """
    unknown = sorted(document.keys() - _KNOWN)
    if unknown:
        raise RunnerError(f"Blocks of these types cannot be written as HCL: {', '.join(unknown)}.")
    return _Stack(document, origins).files()


class _Stack:
    """One stack while it is written."""

    def __init__(self, document: Mapping[str, Any], origins: Sequence[Origin]) -> None:
        self._document = document
        name = document["//"]["metadata"]["stackName"]
        own = [each for each in origins if each.path.startswith(f"{name}/")]
        self._elements = [each for each in own if each.kind != "provider"]
        self._schemas = {(each.kind, each.type): _schema(each) for each in own}
        self._layout = Layout(own)

    def files(self) -> Files:
        elements = [(each, self._settings(each)) for each in self._elements]
        repeated = Repeated()
        for origin, settings in elements:
            repeated.owner = name_of(origin)
            body_of(settings, self._schema(origin), origin.type, repeated.count)
        own_locals = self._document.get("locals", {})
        locals_ = repeated.locals_(own_locals)

        by_file: dict[str, list[Lines]] = {}
        said: dict[str, str] = {}
        for origin, settings in elements:
            file = self._layout.file(origin)
            groups = by_file.setdefault(file, [])
            about = "" if file == MAIN else subject(origin)
            if not groups and about:
                groups.append(_comment(about))
                said[file] = about
            comment = says(origin)
            body = body_of(
                settings,
                self._schema(origin),
                origin.type,
                lambda _, lines: replaced(locals_, lines),
            )
            lines = block(f'{origin.kind} "{origin.type}" "{name_of(origin)}"', body)
            groups.append(lines if said.get(file) == comment else [*_comment(comment), *lines])
            said[file] = comment
        # The comment of a file stands alone; that of a block belongs to it.
        found = {file: separated(groups) for file, groups in by_file.items()}
        found["terraform"] = self._terraform()
        found[PROVIDERS] = self._providers()
        found["outputs"] = self._outputs()
        found["removed"] = separated(
            block("removed", meta_body(each)) for each in listed(self._document.get("removed", []))
        )
        found["checks"] = separated(
            block(f'check "{name}"', meta_body(each))
            for name, given in self._document.get("check", {}).items()
            for each in listed(given)
        )
        entries = [(name, value(each)) for name, each in own_locals.items()]
        entries += [(name, [*lines]) for lines, name in locals_.items()]
        found["locals"] = block("locals", separated(grouped(entries))) if entries else []
        return {f"{name}.tf": _text(lines) for name, lines in sorted(found.items()) if lines}

    def _settings(self, origin: Origin) -> Mapping[str, Any]:
        return self._document[origin.kind][origin.type][name_of(origin)]

    def _schema(self, origin: Origin) -> Blocks | None:
        return self._schemas[origin.kind, origin.type]

    def _terraform(self) -> Lines:
        given = self._document["terraform"]
        own = {name: each for name, each in given.items() if not isinstance(each, dict)}
        ((backend, settings),) = given["backend"].items()
        required = [(name, value(each)) for name, each in given["required_providers"].items()]
        return block(
            "terraform",
            separated(
                [
                    attributes(own),
                    block("required_providers", separated(aligned([each]) for each in required)),
                    block(f'backend "{backend}"', attributes(settings)),
                ]
            ),
        )

    def _providers(self) -> Lines:
        return separated(
            block(f'provider "{name}"', body_of(each, self._schemas.get(("provider", name))))
            for name, given in self._document["provider"].items()
            for each in listed(given)
        )

    def _outputs(self) -> Lines:
        return separated(
            block(f'output "{name}"', attributes(given))
            for name, given in self._document.get("output", {}).items()
        )


def _schema(origin: Origin) -> Blocks | None:
    return blocks_of(origin.source, origin.generated)


def _comment(text: str) -> Lines:
    return [f"# {line}" for line in wrap(text, _WIDTH)]


def _text(lines: Lines) -> str:
    return "\n".join(line.removeprefix(UNINDENTED) for line in lines) + "\n"

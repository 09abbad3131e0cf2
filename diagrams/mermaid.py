"""Pieces of a Mermaid flowchart: https://mermaid.js.org/syntax/flowchart.html."""

from collections.abc import Iterable


def node(id_: str, *lines: str) -> str:
    """A box.

    Args:
        id_: its name in the flowchart.
        lines: what is written in it.
    """
    return f"  {id_}[{_text(lines)}]"


def circle(id_: str, *lines: str) -> str:
    """A circle: something outside.

    Args:
        id_: its name in the flowchart.
        lines: what is written in it.
    """
    return f"  {id_}(({_text(lines)}))"


def store(id_: str, *lines: str) -> str:
    """A drum: something that keeps data.

    Args:
        id_: its name in the flowchart.
        lines: what is written in it.
    """
    return f"  {id_}[({_text(lines)})]"


def group(id_: str, title: str, inside: Iterable[str]) -> list[str]:
    """A frame around lines.

    Args:
        id_: its name in the flowchart.
        title: what is written at its edge.
        inside: the lines.
    """
    return [f"  subgraph {id_}[{_text([title])}]", *(f"  {line}" for line in inside), "  end"]


def arrow(start: str, end: str, *label: str, dotted: bool = False) -> str:
    """An arrow.

    Args:
        start: name of what it begins at.
        end: name of what it leads to.
        label: what is written on it.
        dotted: whether it is something else than the way of a packet.
    """
    line = "-.->" if dotted else "-->"
    return f"  {start} {line}|{_text(label)}| {end}" if label else f"  {start} {line} {end}"


def flowchart(lines: Iterable[str]) -> str:
    """The whole picture, from left to right.

    Args:
        lines: all its lines.
    """
    return "\n".join(["flowchart LR", *lines])


def _text(lines: Iterable[str]) -> str:
    text = "<br/>".join(lines).replace('"', "#quot;")
    return f'"{text}"'

"""Lists as Python's Markdown reads them: what belongs to an item is indented by four spaces.

CommonMark, which GitHub reads, indents it as far as the text of the item: two spaces after `- `,
three after `1. `.
Source: https://python-markdown.github.io/#differences
"""

import re
from typing import Final

STEP: Final = 4

_ITEM: Final = re.compile(r"( *)((?:[-*+]|\d+\.) +)\S")
_FENCE: Final = re.compile(r" *(```+|~~~+)")


def indented(text: str) -> str:
    """The text with its lists indented for Python's Markdown."""
    open_items: list[int] = []
    fence, after_blank = "", True
    lines: list[str] = []
    for line in text.splitlines():
        if not line.strip():
            lines.append("")
            after_blank = True
            continue
        indent = len(line) - len(line.lstrip(" "))
        item = None if fence else _ITEM.match(line)
        # A line of text right after an item's belongs to it, however it is indented.
        if not fence and (item or after_blank):
            while open_items and indent < open_items[-1]:
                open_items.pop()
        base = open_items[-1] if open_items else 0
        lines.append(" " * (STEP * len(open_items) + max(indent - base, 0)) + line.lstrip(" "))
        if item:
            open_items.append(indent + len(item[2]))
        mark = _FENCE.match(line)
        if mark and fence:
            fence = "" if mark[1].startswith(fence) else fence
        elif mark:
            fence = mark[1]
        after_blank = False
    return "\n".join(lines) + "\n"

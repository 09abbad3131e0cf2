"""Says of a value that YAML's versions read differently what its setting allows.

Whoever reads the YAML knows only how to write text, a number or a boolean clearly.
"""

import re
from dataclasses import replace
from math import isfinite

from config.reading.nearest import nearest
from config.reading.scalars import OLD_BOOLEANS, Unclear, resolve
from config.reading.shape import Shape
from config.reading.tree import Located, Written


def clarified(located: Located, top: Shape) -> Located:
    """Returns a problem with the words of its setting, where it has one.

    Args:
        located: any problem of a file's YAML; others than of unclear values stay as they are.
        top: what the model expects of the file.
    """
    problem = located.problem
    if not isinstance(problem.value, Written):
        return located
    text = problem.value.text
    meant = resolve(text)
    shape = top.at(problem.path)
    if not isinstance(meant, Unclear) or problem.message != meant.reading or shape is None:
        return located
    if shape.kind == "anything" and not shape.alternatives:
        return located
    allowed, suggestion = shape.words(), _suggestion(text, shape)
    return replace(located, problem=replace(problem, allowed=allowed, suggestion=suggestion))


def _suggestion(text: str, shape: Shape) -> str:
    """The same value as the setting accepts it; empty where it accepts it in no form."""
    match shape.kind:
        case "text":
            return f'"{text}"' if shape.form_fits(text) else ""
        case "boolean":
            return OLD_BOOLEANS.get(text.lower(), "")
        case "integer" | "number":
            number = _number(text, shape.kind)
            least, most = shape.least, shape.most
            too_small = number is not None and least is not None and number < least
            too_large = number is not None and most is not None and number > most
            return "" if number is None or too_small or too_large else str(number)
        case "choice":
            return _choice(text, shape)
        case _:
            return ""


def _choice(text: str, shape: Shape) -> str:
    if text in shape.choices:
        return f'"{text}"'
    number = _number(text, "integer")
    if number in shape.choices:
        return str(number)
    return nearest(text, map(str, shape.choices))


def _number(text: str, kind: str) -> int | float | None:
    plain = text.replace("_", "")
    try:
        number = int(plain, 0) if re.match("[-+]?0[box]", plain) else float(plain)
    except ValueError:
        return None
    if isfinite(number) and number == int(number):
        number = int(number)
    elif kind == "integer":
        return None
    return number if resolve(str(number)) == number else None

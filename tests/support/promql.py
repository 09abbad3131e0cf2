"""What a PromQL expression reads, from its syntax tree."""

import promql_parser
from promql_parser import Expr, VectorSelector


def selectors(expr: str) -> list[tuple[str, set[str]]]:
    """The metrics that an expression selects, each with the labels that it matches.

    Raises:
        ValueError: the expression cannot be parsed.
    """
    found: list[tuple[str, set[str]]] = []

    def visit(node: Expr) -> None:
        if isinstance(node, VectorSelector):
            found.append((node.name or "", {each.name for each in node.matchers.matchers}))

    promql_parser.walk(promql_parser.parse(expr), visit)
    return found

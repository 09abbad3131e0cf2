"""The resources of the emulated account that AWS did not create itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jmespath

from tools.emulator.inventory_table import GLOBAL, PER_PARENT, REGIONAL, ListCall, ParentCall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# CloudFront, Route 53, IAM and the like have one endpoint, in this region.
_HOME_REGION = "us-east-1"


def collect(
    client: Callable[[str, str], Any], account: str, regions: Sequence[str]
) -> list[tuple[str, str]]:
    """Lists every resource of the types in the table.

    Returns:
        Pairs of ``service:type`` and id, in no order.
    """
    found = [pair for row in GLOBAL for pair in _rows(client, account, row, _HOME_REGION)]
    for region in regions:
        for row in REGIONAL:
            found.extend(_rows(client, account, row, region))
        for row in PER_PARENT:
            found.extend(_children(client, row, region))
    return found


def _rows(
    client: Callable[[str, str], Any], account: str, row: ListCall, region: str
) -> Iterator[tuple[str, str]]:
    arguments = row.arguments | ({"AccountId": account} if row.service == "budgets" else {})
    for identity in _list(client(row.service, region), row.operation, row.path, arguments):
        yield f"{row.service}:{row.type}", identity


def _children(
    client: Callable[[str, str], Any], row: ParentCall, region: str
) -> Iterator[tuple[str, str]]:
    api = client(row.service, region)
    for parent in _list(api, row.parents.operation, row.parents.path, row.parents.arguments):
        for identity in _list(api, row.operation, row.path, {row.parameter: parent}):
            yield f"{row.service}:{row.type}", identity


def _list(api: Any, operation: str, path: str, arguments: dict[str, Any]) -> list[str]:
    if api.can_paginate(operation):
        pages = api.get_paginator(operation).paginate(**arguments)
        return [str(identity) for identity in pages.search(path) if identity is not None]
    answer = getattr(api, operation)(**arguments)
    return [str(identity) for identity in jmespath.search(path, answer) or []]

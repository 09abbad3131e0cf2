"""What controllers made in AWS, as data: how a kind is found by its tags, and how it is deleted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from runner.destroy.target import Target

Tags = dict[str, str]


@dataclass(frozen=True)
class Leftover:
    """Something that no state has.

    Attributes:
        detail: what tells it apart, for the user.
        kept: why it is not deleted; empty if it is.
    """

    id: str
    detail: str = ""
    kept: str = ""

    def __str__(self) -> str:
        return f"{self.id} ({self.detail})" if self.detail else self.id


@dataclass(frozen=True)
class LeftoverKind:
    """A kind of leftovers.

    Attributes:
        title: of one of them.
        find: gives those of one cluster only.
        remove: requests the deletion; AWS may refuse while something depends on it.
    """

    title: str
    find: Callable[[Target], Iterable[Leftover]]
    remove: Callable[[Target, Leftover], None]


def tags_of(resource: dict[str, Any]) -> Tags:
    """The tags of a resource as EC2 describes it."""
    return {tag["Key"]: tag["Value"] for tag in resource.get("Tags", ())}


def pages(client: Any, operation: str, path: str, **arguments: Any) -> Iterable[dict[str, Any]]:
    """The items of all pages of an answer."""
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page[path]


def is_gone(error: ClientError) -> bool:
    """Whether AWS says that the resource does not exist."""
    code = error.response["Error"]["Code"]
    return "NotFound" in code or code in ("NoSuchEntity", "ResourceNotFoundException")


def is_denied(error: ClientError) -> bool:
    """Whether the credentials may not do it, so that a second attempt is useless."""
    code = error.response["Error"]["Code"]
    return code in ("UnauthorizedOperation", "AccessDenied", "AccessDeniedException")

"""Exceptions of the IAM rules, each with a reason and a source."""

from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

_FOLDER: Final = Path(__file__).parent


class Entry(BaseModel):
    """An exception.

    Attributes:
        names: actions or managed policies.
        reason: why it is needed and harmless.
        source: documentation of AWS, or of the software that needs it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: Annotated[list[str], Field(min_length=1)]
    reason: Annotated[str, Field(min_length=30)]
    source: Annotated[str, Field(pattern=r"^https://")]


def unscoped_actions() -> frozenset[str]:
    """Actions that an identity may be allowed on every resource without a condition.

    Raises:
        pydantic.ValidationError: an entry is malformed.
    """
    return _names("unscoped_actions.yaml")


def managed_policies() -> frozenset[str]:
    """Policies that AWS manages and that may be attached to a role, with their paths.

    Raises:
        pydantic.ValidationError: an entry is malformed.
    """
    return _names("managed_policies.yaml")


def _names(file: str) -> frozenset[str]:
    content = yaml.safe_load((_FOLDER / file).read_text())
    entries = TypeAdapter(list[Entry]).validate_python(content)
    return frozenset(name for entry in entries for name in entry.names)

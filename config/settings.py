"""The base of every section of an environment file."""

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict


class UnknownSettingError(Exception):
    """A setting was asked for that is wrong or missing in the file (`config.partial`).

    It is no AttributeError, which `getattr` with a default and `hasattr` would take for an answer.
    """


class Settings(BaseModel):
    """One section of an environment file: closed, immutable and strictly typed.

    Unknown keys are refused rather than ignored, and values are not converted:
    `account: 012345678901` without quotes is a number in YAML and would silently
    become another account.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    if not TYPE_CHECKING:  # a type checker would take every name for a setting

        def __getattr__(self, name: str) -> Any:
            """Is asked only for what a section lacks."""
            if name in type(self).model_fields:
                raise UnknownSettingError(name)
            return super().__getattr__(name)

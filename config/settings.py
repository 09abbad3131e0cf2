"""The base of every section of an environment file."""

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict


class UnknownSettingError(Exception):
    """A setting was read that is wrong or missing in the file (`config.reading.partial`).

    It is not an AttributeError, which `hasattr` and `getattr` with a default would hide.
    """


class Settings(BaseModel):
    """One section of an environment file: closed, immutable and strictly typed.

    Unknown keys are refused rather than ignored, and values are not converted:
    `account: 012345678901` without quotes is a number in YAML and would silently become another
    account.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    if not TYPE_CHECKING:  # a type checker would accept every name

        def __getattr__(self, name: str) -> Any:
            """Called only for attributes that the section does not have."""
            if name in type(self).model_fields:
                raise UnknownSettingError(name)
            return super().__getattr__(name)

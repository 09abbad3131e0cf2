"""The base of every section of an environment file."""

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """One section of an environment file: closed, immutable and strictly typed.

    Unknown keys are refused rather than ignored, and values are not converted:
    `account: 012345678901` without quotes is a number in YAML and would silently
    become another account.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

"""The `state` section: where Terraform keeps its state and how it locks it."""

from typing import Annotated, Literal

from pydantic import Field

from config.settings import Settings
from config.types.aws import BucketName, Region


class State(Settings):
    """The Terraform state backend: an S3 bucket and a lock."""

    bucket: BucketName | None = None
    """Name of the state bucket, unique in all of AWS.
    Default: `<name>-tfstate-<account>-<region>`."""

    lock: Literal["dynamodb", "s3", "both"] = "dynamodb"
    """How two applies are kept apart: a DynamoDB table, a lock file in the bucket (Terraform 1.10
    or newer), or both. The table also notices a state that was changed behind Terraform's back;
    Terraform 1.11 calls it deprecated. Recommended for Terraform 1.10 and newer: both."""

    replica_region: Region | None = None
    """A second region that keeps a copy of the bucket. Default: no copy."""

    noncurrent_version_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Days that a superseded version of a state is kept at least."""

    noncurrent_versions: Annotated[int, Field(ge=1, le=100)] = 10
    """How many of the newest superseded versions of a state are kept, however old they are. A state
    that nobody writes for long keeps the ones before it."""

    access_log_days: Annotated[int, Field(ge=1, le=3650)] = 365
    """Days that the access log of the bucket is kept."""

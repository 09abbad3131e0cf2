"""The `state` section: the Terraform state backend."""

from typing import Annotated, Literal

from pydantic import Field

from config.settings import Settings
from config.types.aws import BucketName, Region


class State(Settings):
    """The Terraform state backend: an S3 bucket and locking."""

    bucket: BucketName | None = None
    """Name of the state bucket, globally unique.
    Default: `<name>-tfstate-<account>-<region>`."""

    lock: Literal["dynamodb", "s3", "both"] = "dynamodb"
    """State locking: a DynamoDB table, a lock file in the bucket (Terraform 1.10 or newer), or
    both. The table also detects a state that was changed without Terraform; Terraform 1.11 reports
    it as deprecated. Recommended for Terraform 1.10 and newer: both."""

    replica_region: Region | None = None
    """A second region that the bucket is replicated to. Default: no replication."""

    noncurrent_version_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Minimum days that noncurrent versions of a state are kept."""

    noncurrent_versions: Annotated[int, Field(ge=1, le=100)] = 10
    """Number of noncurrent versions of each state that are kept regardless of their age."""

    access_log_days: Annotated[int, Field(ge=1, le=3650)] = 365
    """Retention of the bucket's access log, in days."""

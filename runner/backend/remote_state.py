"""Reads the states in the bucket with the S3 API."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from botocore.exceptions import ClientError

from runner.backend.location import Location
from runner.backend.state_file import StateFile, parse_state
from runner.errors import RunnerError

SUFFIX: Final = ".tfstate"
UNREADABLE: Final = ("AccessDenied", "403")
MISSING: Final = ("NoSuchBucket", "NoSuchKey", "404")


def read_object(location: Location, key: str, **version: str) -> bytes | None:
    """Reads an object of the state bucket; None if the object or the bucket does not exist.

    Args:
        version: `VersionId` for an older version.

    Raises:
        ClientError: S3 rejected the call for another reason.
    """
    try:
        answer = location.client("s3").get_object(
            Bucket=location.bucket, Key=key, ExpectedBucketOwner=location.account, **version
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in MISSING:
            return None
        raise
    return answer["Body"].read()


def read_state(location: Location, key: str | None = None) -> StateFile | None:
    """Reads a state from the bucket, by default the location's own; None if there is none.

    Raises:
        RunnerError: the object is not a Terraform state.
        ClientError: S3 rejected the call.
    """
    content = read_object(location, key or location.key)
    if content is None:
        return None
    state = parse_state(content)
    if state is None:
        raise RunnerError(
            f"{key or location.key} in the bucket {location.bucket} is not a Terraform state. "
            "The bucket keeps older versions: restore the last valid one."
        )
    return state


def other_objects(location: Location) -> list[str]:
    """Lists the objects of the bucket other than the state of the state stack.

    Returns:
        One line per object, sorted by key; states with their number of resources. States of
        destroyed stacks are left out.

    Raises:
        ClientError: S3 rejected the call.
    """
    own = (location.key, f"{location.key}.tflock")
    try:
        keys = [key for key in _keys(location, "") if key not in own]
    except ClientError as error:
        if error.response["Error"]["Code"] in MISSING:
            return []
        raise
    described = ((key, parse_state(read_object(location, key) or b"")) for key in sorted(keys))
    return [
        f"{key} ({len(state.resources)} resources)" if state else key
        for key, state in described
        if state is None or state.is_applied
    ]


@dataclass(frozen=True)
class OrphanedState:
    """A state that no stack of the configuration uses.

    Attributes:
        resources: number of its resources; None if the credentials may not read it.
    """

    key: str
    resources: int | None

    @property
    def stack(self) -> str:
        """Name of the stack that used it, within the environment."""
        return PurePosixPath(self.key).stem

    def __str__(self) -> str:
        return self.key if self.resources is None else f"{self.key} ({self.resources} resources)"


def orphaned_states(location: Location, known: Collection[str]) -> list[OrphanedState]:
    """Lists the states of an environment that none of its stacks uses, sorted by key.

    States of destroyed stacks are left out. A pipeline with access to the state of one stack only
    may list the other states but not read them.

    Args:
        known: the keys of the stacks' states.

    Raises:
        ClientError: S3 rejected the call for another reason.
    """
    keys = [key for key in _keys(location, f"{location.environment}/") if key.endswith(SUFFIX)]
    found: list[OrphanedState] = []
    for key in sorted(set(keys) - set(known)):
        try:
            state = parse_state(read_object(location, key) or b"")
        except ClientError as error:
            if error.response["Error"]["Code"] not in UNREADABLE:
                raise
            found.append(OrphanedState(key, None))
        else:
            if state and state.is_applied:
                found.append(OrphanedState(key, len(state.resources)))
    return found


def _keys(location: Location, prefix: str) -> list[str]:
    pages = (
        location.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=location.bucket, Prefix=prefix)
    )
    contents: list[dict[str, Any]] = [entry for page in pages for entry in page.get("Contents", [])]
    return [entry["Key"] for entry in contents]

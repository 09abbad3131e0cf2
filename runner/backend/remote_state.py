"""The states in the bucket, read with the S3 API."""

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
    """Reads an object of the state bucket.

    Args:
        location: the backend.
        key: the object's key.
        version: `VersionId` for an older version.

    Returns:
        Its content; None where the object or the bucket does not exist.

    Raises:
        ClientError: S3 refuses for another reason.
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
    """Reads a state from the bucket.

    Args:
        location: the backend.
        key: the state's key; the location's own by default.

    Returns:
        The state; None where there is none.

    Raises:
        RunnerError: the object is no Terraform state.
        ClientError: S3 refuses.
    """
    content = read_object(location, key or location.key)
    if content is None:
        return None
    state = parse_state(content)
    if state is None:
        raise RunnerError(
            f"{key or location.key} in the bucket {location.bucket} is no Terraform state. "
            "The bucket keeps older versions: restore the last one that is."
        )
    return state


def other_objects(location: Location) -> list[str]:
    """Lists what the bucket holds besides the state of the bucket itself.

    Args:
        location: the backend, as the state stack names it.

    Returns:
        One line for each object, sorted: states with their number of resources, and anything
        else. States of stacks that were destroyed do not count.

    Raises:
        ClientError: S3 refuses.
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
class StrayState:
    """A state that no stack of the configuration has.

    Attributes:
        key: its key in the bucket.
        resources: number of its resources; None where it may not be read.
    """

    key: str
    resources: int | None

    @property
    def stack(self) -> str:
        """Name of the stack that had it, within the environment."""
        return PurePosixPath(self.key).stem

    def __str__(self) -> str:
        return self.key if self.resources is None else f"{self.key} ({self.resources} resources)"


def stray_states(location: Location, known: Collection[str]) -> list[StrayState]:
    """Lists the states of an environment that none of its stacks has.

    A pipeline that may use one stack's state may list the others, and not read them.

    Args:
        location: the backend.
        known: the keys of the stacks' states.

    Returns:
        The states, sorted by key. States of stacks that were destroyed do not count.

    Raises:
        ClientError: S3 refuses for another reason.
    """
    keys = [key for key in _keys(location, f"{location.environment}/") if key.endswith(SUFFIX)]
    found: list[StrayState] = []
    for key in sorted(set(keys) - set(known)):
        try:
            state = parse_state(read_object(location, key) or b"")
        except ClientError as error:
            if error.response["Error"]["Code"] not in UNREADABLE:
                raise
            found.append(StrayState(key, None))
        else:
            if state and state.is_applied:
                found.append(StrayState(key, len(state.resources)))
    return found


def _keys(location: Location, prefix: str) -> list[str]:
    pages = (
        location.client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=location.bucket, Prefix=prefix)
    )
    contents: list[dict[str, Any]] = [entry for page in pages for entry in page.get("Contents", [])]
    return [entry["Key"] for entry in contents]

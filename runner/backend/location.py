"""The state backend of a stack, read from its synthesized backend block."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from runner.errors import RunnerError
from runner.manifest import Stack

OWNER_TAGS = ("environment", "managed-by")
"""The default tags that mark a resource as owned by an environment."""


@cache
def _session() -> boto3.Session:
    """One session, because each session reads the service descriptions again."""
    return boto3.Session()


@dataclass(frozen=True)
class Location:
    """The state backend of one environment, and clients for its account.

    Everything is read from the stack's Terraform JSON, so it is what Terraform uses. Credentials
    and endpoint come from boto3's standard environment variables.

    Attributes:
        key: the key of the stack's state.
        region: the bucket's region.
        table: the lock table; None if only the lock file is used.
        lockfile: whether a lock file in the bucket is used.
        owner_tags: tags that every resource of the environment has.
    """

    environment: str
    bucket: str
    key: str
    region: str
    account: str
    partition: str
    table: str | None
    lockfile: bool
    owner_tags: dict[str, str] = field(hash=False)
    _clients: dict[tuple[str, str], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(cls, stack: Stack) -> "Location":
        """Reads the location of a stack's state."""
        backend = stack.backend
        tags = stack.document["provider"]["aws"][0]["default_tags"][0]["tags"]
        return cls(
            environment=stack.environment,
            bucket=backend["bucket"],
            key=backend["key"],
            region=backend["region"],
            account=backend["allowed_account_ids"][0],
            partition=backend["kms_key_id"].split(":")[1],
            table=backend.get("dynamodb_table"),
            lockfile=backend.get("use_lockfile", False),
            owner_tags={name: tags[name] for name in OWNER_TAGS},
        )

    def client(self, service: str, region: str | None = None) -> Any:
        """Returns a boto3 client, by default for the bucket's region."""
        where = (service, region or self.region)
        if where not in self._clients:
            # A region that cannot be reached is given up after half a minute, not three.
            limits = Config(connect_timeout=10, retries={"mode": "standard"})
            self._clients[where] = _session().client(service, region_name=where[1], config=limits)
        return self._clients[where]

    def require_account(self) -> None:
        """Checks that the credentials belong to the environment's account.

        Raises:
            RunnerError: they belong to another account.
        """
        identity = self.client("sts").get_caller_identity()
        if identity["Account"] != self.account:
            raise RunnerError(
                f"The credentials belong to account {identity['Account']} ({identity['Arn']}), "
                f"but {self.environment} is in {self.account}. Nothing was done. "
                "Use credentials of that account, for example with AWS_PROFILE."
            )

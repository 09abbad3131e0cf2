"""Where a stack's state lives, as its own synthesized backend block says."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from runner.errors import RunnerError
from runner.manifest import Stack

OWNER_TAGS = ("environment", "managed-by")
"""The default tags by which a resource is recognized as an environment's own."""


@cache
def _session() -> boto3.Session:
    """One session, because each reads the descriptions of the services anew."""
    return boto3.Session()


@dataclass(frozen=True)
class Location:
    """The state backend of one environment, and clients for its account.

    Everything is read from the stack's Terraform JSON, so that what is looked at is what
    Terraform uses. Credentials and endpoint come from the standard environment of boto3.

    Attributes:
        environment: the environment's name.
        bucket: the state bucket.
        key: the key of the stack's state.
        region: the bucket's region.
        account: the account that everything is in.
        partition: the AWS partition.
        table: the lock table; None where the lock file alone is used.
        lockfile: whether a lock file in the bucket is used.
        owner_tags: tags that every resource of the environment carries.
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
        """Reads the location of a stack's state.

        Args:
            stack: a synthesized stack.
        """
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
        """Gives a boto3 client.

        Args:
            service: the service's name in boto3.
            region: the region; the bucket's own by default.
        """
        where = (service, region or self.region)
        if where not in self._clients:
            retry = Config(retries={"mode": "standard"})
            self._clients[where] = _session().client(service, region_name=where[1], config=retry)
        return self._clients[where]

    def require_account(self) -> None:
        """Checks whose credentials these are.

        Raises:
            RunnerError: they belong to another account than the environment's.
        """
        identity = self.client("sts").get_caller_identity()
        if identity["Account"] != self.account:
            raise RunnerError(
                f"The credentials belong to account {identity['Account']} ({identity['Arn']}), "
                f"but {self.environment} is in {self.account}. Nothing was done. "
                "Use credentials of that account, for example with AWS_PROFILE."
            )

"""What Terraform needs of the state backend to plan or apply stacks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from config.environment import Environment
from modules.identity.policy import Condition, Statement
from modules.identity.service_names import via_services


@dataclass(frozen=True)
class StoredState:
    """Where the state of a stack is.

    Attributes:
        bucket: its bucket.
        key: its key there.
        region: the region of bucket and table.
        account: the account of the table; `*` where it is another environment's.
        table: the lock table; None where there are lock files only.
        alias: alias of the KMS key of the bucket.
    """

    bucket: str
    key: str
    region: str
    account: str
    table: str | None
    alias: str

    @property
    def lock(self) -> str:
        """Name of its lock in the table."""
        return f"{self.bucket}/{self.key}"


def state_statements(
    environment: Environment, stacks: Sequence[Mapping[str, Any]], *, write: bool
) -> list[Statement]:
    """The statements for the states of stacks, and for those that they read.

    A plan locks the state, too, but does not write it.

    Args:
        stacks: the Terraform JSON of the stacks.

    Sources: https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required
    and https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    own = [_own(environment, stack) for stack in stacks]
    read = [each for stack in stacks for each in _read(environment, stack)]
    # `make plan` looks at the state of the backend; `make destroy` at those of all stacks.
    read.append(replace(own[0], key=f"{environment.name}/{'*' if write else 'state'}.tfstate"))
    read = [each for each in read if each not in own]
    every = [*own, *read]
    s3 = f"arn:{environment.partition}:s3:::"
    folders = _once(each.key.rpartition("/")[0] for each in every)
    prefixes = [*(f"{folder}/*" for folder in folders), "env:/*"]
    found = [
        Statement(
            "FindState",
            ["s3:ListBucket"],
            _once(f"{s3}{each.bucket}" for each in every),
            conditions={"StringLike": {"s3:prefix": prefixes}},
        ),
        Statement(
            "ReadState", ["s3:GetObject"], _once(f"{s3}{each.bucket}/{each.key}" for each in every)
        ),
        Statement(
            "LockFile",
            ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
            [f"{s3}{each.bucket}/{each.key}.tflock" for each in own],
        ),
        Statement(
            "EncryptState",
            ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
            _once(
                f"arn:{environment.partition}:kms:{each.region}:{each.account}:key/*"
                for each in every
            ),
            conditions={
                "ForAnyValue:StringEquals": {
                    "kms:ResourceAliases": _once(each.alias for each in every)
                },
                "StringEquals": {
                    "kms:ViaService": _once(
                        service
                        for each in every
                        for service in via_services(
                            environment.partition, each.region, "s3", "dynamodb"
                        )
                    )
                },
            },
        ),
    ]
    if write:
        states = [f"{s3}{each.bucket}/{each.key}" for each in own]
        found.append(Statement("WriteState", ["s3:PutObject"], states))
    return [*found, *_table(environment, own, every, write=write)]


def _table(
    environment: Environment,
    own: Sequence[StoredState],
    every: Sequence[StoredState],
    *,
    write: bool,
) -> Iterator[Statement]:
    """Locks and digests in the lock table."""
    locked = [each for each in own if each.table]
    if not locked:
        return
    arns = _once(_arn(environment, each) for each in locked)
    written = [each.lock for each in locked]
    if write:
        written += [f"{each.lock}-md5" for each in locked]
    yield Statement(
        "LockItem",
        ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
        arns,
        conditions=_items(written),
    )
    yield Statement("DescribeLockTable", ["dynamodb:DescribeTable"], arns)
    yield Statement(
        "Digest",
        ["dynamodb:GetItem"],
        _once(_arn(environment, each) for each in every if each.table),
        conditions=_items([f"{each.lock}-md5" for each in every if each.table]),
    )


def _arn(environment: Environment, state: StoredState) -> str:
    place = f"{state.region}:{state.account}"
    return f"arn:{environment.partition}:dynamodb:{place}:table/{state.table}"


def _own(environment: Environment, stack: Mapping[str, Any]) -> StoredState:
    return _state(environment, stack["terraform"]["backend"]["s3"])


def _read(environment: Environment, stack: Mapping[str, Any]) -> Iterator[StoredState]:
    for data in stack.get("data", {}).get("terraform_remote_state", {}).values():
        yield _state(environment, data["config"])


def _state(environment: Environment, backend: Mapping[str, Any]) -> StoredState:
    folder = backend["key"].rpartition("/")[0]
    return StoredState(
        bucket=backend["bucket"],
        key=backend["key"],
        region=backend["region"],
        account=environment.account if folder == environment.name else "*",
        table=backend.get("dynamodb_table"),
        alias=f"alias/{folder}-tfstate",
    )


def _once(values: Any) -> list[str]:
    return list(dict.fromkeys(values))


def _items(keys: Sequence[str]) -> Condition:
    """Restricts a statement to items of the lock table."""
    name = "dynamodb:LeadingKeys"
    # ForAllValues also matches a request without the condition key.
    return {"ForAllValues:StringEquals": {name: list(keys)}, "Null": {name: "false"}}

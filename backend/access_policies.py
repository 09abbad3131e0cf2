"""IAM policies for users and pipelines, one for each stack's state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from constructs import Construct

from backend.state_backend import StateBackend
from config.derived import limits, names
from config.environment import Environment
from modules.identity.policy import Condition, Statement, policy_document
from modules.identity.roles import iam_policy
from modules.identity.service_names import via_services
from modules.outputs import Output, add_outputs


@dataclass(frozen=True)
class RemoteStack:
    """A stack of another environment whose outputs are read."""

    environment: Environment
    stack: str


def state_access_policies(
    scope: Construct,
    environment: Environment,
    backend: StateBackend,
    stacks: Sequence[str],
    standalone: Sequence[str] = (),
    elsewhere: Mapping[str, Sequence[RemoteStack]] | None = None,
) -> None:
    """Makes, for each stack, a managed policy to plan and apply it; and an output with the ARNs.

    A policy allows writing the stack's own state and lock, and reading the states of the stacks
    before it, whose outputs it uses (B5).

    Args:
        stacks: names of the environment's stacks in order of application.
        standalone: names of further stacks, which read no other state of this environment.
        elsewhere: what a stack reads of other environments.

    Raises:
        LimitError: a policy has more characters than IAM allows.

    Sources: https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required
    and, for the digests in the lock table,
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    upstream = {stack: stacks[:position] for position, stack in enumerate(stacks)}
    upstream |= dict.fromkeys(standalone, ())
    policies = {
        stack: iam_policy(
            scope,
            f"state_access_{stack}",
            environment,
            name=names.account_wide(environment, f"{environment.name}-tfstate-{stack}"),
            description=f"Terraform state of {names.stack(environment, stack)}",
            policy=limits.checked_policy(
                f"policy {environment.name}-tfstate-{stack}",
                state_access(environment, backend, stack, others, (elsewhere or {}).get(stack, ())),
            ),
        )
        for stack, others in upstream.items()
    }
    arns = {stack: policy.arn for stack, policy in policies.items()}
    description = "Policy that lets its holder plan and apply a stack, by stack"
    add_outputs(scope, {"access_policy_arns": Output(arns, description)})


def state_access(
    environment: Environment,
    backend: StateBackend,
    stack: str,
    upstream: Sequence[str],
    elsewhere: Sequence[RemoteStack] = (),
) -> str:
    """The policy document for one stack's state.

    Args:
        upstream: the stacks whose states may be read.
        elsewhere: those of other environments.
    """
    bucket, table = names.state_bucket(environment), names.state_lock_table(environment)
    own = names.state_object_key(environment, stack)
    others = [names.state_object_key(environment, name) for name in upstream]
    objects = f"arn:{environment.partition}:s3:::{bucket}"
    lock = f"{bucket}/{own}"
    table_arn = (
        f"arn:{environment.partition}:dynamodb:{environment.region}:{environment.account}"
        f":table/{table}"
    )
    statements = [
        Statement(
            "FindState",
            ["s3:ListBucket"],
            [objects],
            # Terraform lists workspaces under `env:/` at init.
            conditions={"StringLike": {"s3:prefix": [f"{environment.name}/*", "env:/*"]}},
        ),
        Statement("WriteState", ["s3:GetObject", "s3:PutObject"], [f"{objects}/{own}"]),
        Statement(
            "LockFile",
            ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            [f"{objects}/{own}.tflock"],
        ),
        Statement(
            "LockItem",
            ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
            [table_arn],
            conditions=_items(lock, f"{lock}-md5"),
        ),
        Statement("DescribeLockTable", ["dynamodb:DescribeTable"], [table_arn]),
        Statement(
            "EncryptState",
            ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
            [backend.key.arn],
            conditions={
                "StringEquals": {
                    "kms:ViaService": via_services(
                        environment.partition, environment.region, "s3", "dynamodb"
                    )
                }
            },
        ),
    ]
    if others:
        statements += [
            Statement(
                "ReadUpstreamState", ["s3:GetObject"], [f"{objects}/{key}" for key in others]
            ),
            Statement(
                "ReadUpstreamDigest",
                ["dynamodb:GetItem"],
                [table_arn],
                conditions=_items(*(f"{bucket}/{key}-md5" for key in others)),
            ),
        ]
    if not elsewhere:
        return policy_document(*statements)
    document = policy_document(*statements, *_read_elsewhere(elsewhere))
    if limits.policy_length(document) <= limits.POLICY_LENGTH:
        return document
    return policy_document(*statements, *_read_elsewhere(elsewhere, short=True))


def _read_elsewhere(remotes: Sequence[RemoteStack], *, short: bool = False) -> list[Statement]:
    """Reads states in other buckets, which other keys encrypt.

    The statements name all of them together: a policy of IAM has 6,144 characters.

    Args:
        short: allow the digests of all states in the named tables, and name no regions where
            aliases of keys say which they are.
    """
    others = [remote.environment for remote in remotes]
    partition = others[0].partition
    buckets = [names.state_bucket(each) for each in others]
    keys = [names.state_object_key(remote.environment, remote.stack) for remote in remotes]
    objects = [f"{bucket}/{key}" for bucket, key in zip(buckets, keys, strict=True)]
    places = [f"{each.region}:{each.account}" for each in others]
    tables = [names.state_lock_table(each) for each in others]
    regions = ["*"] if short else [each.region for each in others]
    services = [via_services(partition, region, "s3", "dynamodb") for region in regions]
    keys_of = [f"*:{each.account}" for each in others] if short else places
    equals = "StringLike" if short else "StringEquals"
    return [
        Statement("ReadElsewhere", ["s3:GetObject"], _arns(partition, "s3:::", objects)),
        Statement(
            "FindElsewhere",
            ["s3:ListBucket"],
            _arns(partition, "s3:::", buckets),
            conditions={
                "StringLike": {"s3:prefix": [*_once(f"{each.name}/*" for each in others), "env:/*"]}
            },
        ),
        Statement(
            "DigestElsewhere",
            ["dynamodb:GetItem"],
            _arns(
                partition,
                "dynamodb:",
                (f"{place}:table/{table}" for place, table in zip(places, tables, strict=True)),
            ),
            conditions=(
                _items("*.tfstate-md5", operator="StringLike")
                if short
                else _items(*(f"{name}-md5" for name in objects))
            ),
        ),
        Statement(
            "DecryptElsewhere",
            ["kms:Decrypt"],
            _arns(partition, "kms:", (f"{place}:key/*" for place in keys_of)),
            conditions={
                "ForAnyValue:StringEquals": {
                    "kms:ResourceAliases": _once(names.state_key_alias(each) for each in others)
                },
                equals: {"kms:ViaService": _once(name for several in services for name in several)},
            },
        ),
    ]


def _arns(partition: str, beginning: str, endings: Iterable[str]) -> list[str]:
    return _once(f"arn:{partition}:{beginning}{ending}" for ending in endings)


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _items(*keys: str, operator: str = "StringEquals") -> Condition:
    """Restricts a statement to items of the lock table."""
    name = "dynamodb:LeadingKeys"
    # ForAllValues also matches a request without the condition key.
    return {f"ForAllValues:{operator}": {name: keys}, "Null": {name: "false"}}

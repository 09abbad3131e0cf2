"""Finds the resources of the state stack that exist in AWS, also those that are in no state.

A bootstrap that is killed after AWS created a resource and before Terraform recorded it leaves a
resource that is in no state. Every resource whose second creation would fail has a name in the
synthesized JSON, and is looked up by that name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from runner.backend.location import Location
from runner.manifest import Stack

Attributes = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """A resource that exists.

    Attributes:
        address: its address in the stack.
        id: the id for a Terraform import.
        what: type and name, for messages.
        tags: None if they cannot be read, because the resource is in another account.
        empty: whether it is a bucket without any object.
    """

    address: str
    id: str
    what: str
    tags: dict[str, str] | None
    empty: bool = False

    @property
    def is_visible(self) -> bool:
        """Whether it is in the environment's account."""
        return self.tags is not None


@dataclass(frozen=True)
class Search:
    """The input of a finder.

    Attributes:
        region: the resource's region.
        resources: the resources of the stack, by type and name.
        address: the address of the resource to find.
    """

    location: Location
    region: str
    resources: dict[str, dict[str, Attributes]]
    address: str

    def client(self, service: str) -> Any:
        """Returns a client for the resource's region."""
        return self.location.client(service, self.region)

    def found(self, id_: str, what: str, tags: dict[str, str] | None, empty: bool = False) -> Found:
        """Returns the resource at this address."""
        return Found(self.address, id_, what, tags, empty)


def discover(stack: Stack, location: Location) -> list[Found]:
    """Finds the existing resources of the state stack, but not keys scheduled for deletion.

    Raises:
        ClientError: AWS rejected a call.
    """
    resources: dict[str, dict[str, Attributes]] = stack.document["resource"]
    regions = {
        provider.get("alias"): provider["region"] for provider in stack.document["provider"]["aws"]
    }
    found: list[Found] = []
    for type_, finder in FINDERS.items():
        for name, attributes in resources.get(type_, {}).items():
            alias = attributes.get("provider", "aws").partition(".")[2] or None
            search = Search(location, regions[alias], resources, f"{type_}.{name}")
            result = finder(search, attributes)
            if result:
                found.append(result)
    return found


def _bucket(search: Search, attributes: Attributes) -> Found | None:
    name = attributes["bucket"]
    s3 = search.client("s3")
    what = f"bucket {name}"
    try:
        s3.head_bucket(Bucket=name, ExpectedBucketOwner=search.location.account)
        tags = _bucket_tags(s3, name)
    except ClientError as error:
        if _status(error) == 404:  # noqa: PLR2004 - HTTP
            return None
        if _status(error) in (403, 301):
            return search.found(name, what, None)
        raise
    versions = s3.list_object_versions(Bucket=name, MaxKeys=1)
    empty = not (versions.get("Versions") or versions.get("DeleteMarkers"))
    return search.found(name, what, tags, empty)


def _bucket_tags(s3: Any, name: str) -> dict[str, str]:
    try:
        return _tags(s3.get_bucket_tagging(Bucket=name)["TagSet"])
    except ClientError as error:
        if _code(error) == "NoSuchTagSet":
            return {}
        raise


def _table(search: Search, attributes: Attributes) -> Found | None:
    dynamodb, name = search.client("dynamodb"), attributes["name"]
    arn = _or_none(
        lambda: dynamodb.describe_table(TableName=name)["Table"]["TableArn"],
        "ResourceNotFoundException",
    )
    if arn is None:
        return None
    pages = dynamodb.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    tags = _tags([tag for page in pages for tag in page["Tags"]])
    return search.found(name, f"DynamoDB table {name}", tags)


def _key(search: Search, attributes: Attributes) -> Found | None:
    """A key has no name: it is found by its alias, or by its description if it has none yet."""
    kms, description = search.client("kms"), attributes["description"]
    aliases = [
        alias["name"]
        for alias in search.resources.get("aws_kms_alias", {}).values()
        if f"{{{search.address}." in alias["target_key_id"]
    ]
    candidates = [key for key in map(kms_key(kms), aliases) if key]
    if not candidates:
        pages = kms.get_paginator("list_keys").paginate()
        ids = [key["KeyId"] for page in pages for key in page["Keys"]]
        candidates = [key for key in map(kms_key(kms), ids) if key]
    for key in sorted(candidates, key=lambda key: key["CreationDate"]):
        if key["Description"] == description and key["KeyManager"] == "CUSTOMER":
            what = f"KMS key {key['KeyId']} ({description})"
            return search.found(key["KeyId"], what, _key_tags(kms, key["KeyId"]))
    return None


def _alias(search: Search, attributes: Attributes) -> Found | None:
    """An alias has no tags; its key has."""
    kms, name = search.client("kms"), attributes["name"]
    answer = _or_none(lambda: kms.describe_key(KeyId=name), "NotFoundException")
    if answer is None:
        return None
    return search.found(name, f"KMS {name}", _key_tags(kms, answer["KeyMetadata"]["KeyId"]))


def _policy(search: Search, attributes: Attributes) -> Found | None:
    name, path = attributes["name"], attributes.get("path", "/")
    location = search.location
    arn = f"arn:{location.partition}:iam::{location.account}:policy{path}{name}"
    iam = search.client("iam")
    answer = _or_none(lambda: iam.get_policy(PolicyArn=arn), "NoSuchEntity")
    if answer is None:
        return None
    return search.found(arn, f"IAM policy {name}", _tags(answer["Policy"].get("Tags", [])))


def _role(search: Search, attributes: Attributes) -> Found | None:
    name, iam = attributes["name"], search.client("iam")
    answer = _or_none(lambda: iam.get_role(RoleName=name), "NoSuchEntity")
    if answer is None:
        return None
    return search.found(name, f"IAM role {name}", _tags(answer["Role"].get("Tags", [])))


def _oidc_provider(search: Search, attributes: Attributes) -> Found | None:
    url, location, iam = attributes["url"], search.location, search.client("iam")
    host = url.removeprefix("https://")
    arn = f"arn:{location.partition}:iam::{location.account}:oidc-provider/{host}"
    ask = iam.get_open_id_connect_provider
    answer = _or_none(lambda: ask(OpenIDConnectProviderArn=arn), "NoSuchEntity")
    if answer is None:
        return None
    return search.found(arn, f"OIDC provider {url}", _tags(answer.get("Tags", [])))


FINDERS: Final[dict[str, Callable[[Search, Attributes], Found | None]]] = {
    "aws_s3_bucket": _bucket,
    "aws_kms_key": _key,
    "aws_kms_alias": _alias,
    "aws_dynamodb_table": _table,
    "aws_iam_policy": _policy,
    "aws_iam_role": _role,
    "aws_iam_openid_connect_provider": _oidc_provider,
}
"""By resource type. All other types are settings of these, which AWS overwrites if they exist."""


def kms_key(kms: Any) -> Callable[[str], dict[str, Any] | None]:
    """Returns a function from a key id or alias to the key, unless it is being deleted."""

    def describe(id_: str) -> dict[str, Any] | None:
        answer = _or_none(lambda: kms.describe_key(KeyId=id_), "NotFoundException")
        if answer is None or answer["KeyMetadata"]["KeyState"] == "PendingDeletion":
            return None
        return answer["KeyMetadata"]

    return describe


def _key_tags(kms: Any, id_: str) -> dict[str, str]:
    pages = kms.get_paginator("list_resource_tags").paginate(KeyId=id_)
    return {tag["TagKey"]: tag["TagValue"] for page in pages for tag in page["Tags"]}


def _or_none(call: Callable[[], Any], code: str) -> Any:
    try:
        return call()
    except ClientError as error:
        if _code(error) == code:
            return None
        raise


def _tags(pairs: list[dict[str, str]]) -> dict[str, str]:
    return {pair["Key"]: pair["Value"] for pair in pairs}


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _status(error: ClientError) -> int:
    return error.response["ResponseMetadata"]["HTTPStatusCode"]

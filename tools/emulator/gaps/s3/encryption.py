"""S3: the KMS key of an object, by alias or id, must exist and is returned as its ARN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.kms.models import kms_backends
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend

from tools.emulator.gaps.moto_hooks import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.s3.models import FakeKey


def install() -> None:
    """Lets every way of writing an object look its key up first.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    """
    replace(S3Backend, "put_object", _with_known_key(S3Backend.put_object))


def _with_known_key(original: Callable[..., FakeKey]) -> Callable[..., FakeKey]:
    def put_object(
        self: S3Backend, bucket_name: str, *args: Any, kms_key_id: str | None = None, **kwargs: Any
    ) -> FakeKey:
        region = self.get_bucket(bucket_name).region_name
        arn = _key_arn(self.account_id, region, kms_key_id) if kms_key_id else None
        return original(self, bucket_name, *args, kms_key_id=arn, **kwargs)

    return put_object


def _key_arn(account: str, region: str, key_id: str) -> str:
    if key_id.startswith("arn:"):
        region = key_id.split(":")[3]
    kms = kms_backends[account][region]
    alias = kms.get_alias_name(key_id)
    for key in kms.keys.values():
        if alias in key.aliases or key_id in {key.id, key.arn}:
            return key.arn
    raise S3ClientError("KMS.NotFoundException", f"Key '{key_id}' does not exist")

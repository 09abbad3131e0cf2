"""S3: requests are recorded; lifecycle and replication rules come back as they were given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xmltodict
from moto.s3 import responses, urls
from moto.s3.responses import S3Response

from tools.emulator import calls, requests
from tools.emulator.gaps.moto_hooks import replace, serve

if TYPE_CHECKING:
    from moto.core.common_types import TYPE_RESPONSE

_LIFECYCLE = "emulator_lifecycle"
_MINIMUM_SIZE = "x-amz-transition-default-minimum-object-size"
_DEFAULT_MINIMUM_SIZE = "all_storage_classes_128K"


class S3(S3Response):
    """S3 that keeps the parts of a configuration that moto drops.

    moto forgets ``NewerNoncurrentVersions`` and object sizes of lifecycle rules, and answers every
    replication rule with delete marker replication off and no source selection. In both cases the
    answer of S3 has the form of the request.
    """

    def setup_class(self, request: Any, full_url: Any = None, headers: Any = None) -> None:
        """Reads a request, which is recorded by its method: S3 has no actions in its protocol."""
        super().setup_class(request, full_url, headers)
        subject = "bucket" if self.bucket_name else "account"
        is_object = self.bucket_name and request.path.strip("/") not in ("", self.bucket_name)
        calls.record("s3", f"{request.method} {'object' if is_object else subject}")
        requests.record_s3(self, request, self.bucket_name)

    def _bucket_response_put(self, request: Any, bucket_name: str, querystring: Any) -> Any:
        answer = super()._bucket_response_put(request, bucket_name, querystring)
        if "lifecycle" in querystring:
            size = request.headers.get(_MINIMUM_SIZE, _DEFAULT_MINIMUM_SIZE)
            vars(self.backend.get_bucket(bucket_name))[_LIFECYCLE] = (self.body, size)
            return 200, {_MINIMUM_SIZE: size}, ""
        return answer

    def get_bucket_lifecycle(self) -> TYPE_RESPONSE:
        """Answers GetBucketLifecycleConfiguration; moto decides whether there is one."""
        super().get_bucket_lifecycle()
        body, size = vars(self.backend.get_bucket(self.bucket_name))[_LIFECYCLE]
        return 200, {_MINIMUM_SIZE: size}, body

    def get_bucket_replication(self) -> str:
        """Answers GetBucketReplication; moto decides whether there is one and fills in ids."""
        super().get_bucket_replication()
        replication = self.backend.get_bucket_replication(self.bucket_name)
        return xmltodict.unparse({"ReplicationConfiguration": replication})


def install() -> None:
    """Puts this class in the place of moto's.

    moto's S3 backend loads its URL table again on each access, so the class has to be found
    there under the old name as well.
    """
    replace(responses, "S3Response", S3)
    serve(urls, S3)

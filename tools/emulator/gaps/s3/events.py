"""S3: a bucket returns that it sends its events to EventBridge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.s3.responses import S3Response

from tools.emulator.gaps.moto_hooks import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.core.common_types import TYPE_RESPONSE

_END = "</NotificationConfiguration>"


def install() -> None:
    """Adds EventBridge to the answer of GetBucketNotificationConfiguration, where moto drops it.

    Calling it again does nothing.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
    """
    original = S3Response.get_bucket_notification
    if not getattr(original, "emulator", False):
        replace(S3Response, "get_bucket_notification", _with_event_bridge(original))


def _with_event_bridge(
    original: Callable[[S3Response], TYPE_RESPONSE],
) -> Callable[[S3Response], TYPE_RESPONSE]:
    def get_bucket_notification(self: S3Response) -> TYPE_RESPONSE:
        status, headers, body = original(self)
        kept: Any = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if kept is None or kept.event_bridge is None:
            return status, headers, body
        text = body.decode() if isinstance(body, bytes) else str(body)
        element = "<EventBridgeConfiguration/>"
        if _END in text:
            return status, headers, text.replace(_END, element + _END)
        # Without any other target moto's answer is an empty element.
        name = "<NotificationConfiguration"
        start = text.index(name)
        end = text.index("/>", start)
        return status, headers, f"{text[:end]}>{element}{_END}{text[end + 2 :]}"

    vars(get_bucket_notification)["emulator"] = True
    return get_bucket_notification

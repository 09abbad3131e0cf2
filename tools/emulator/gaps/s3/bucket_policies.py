"""S3 bucket policies: kept and given back, not enforced, as with IAM in this emulator."""

from __future__ import annotations

import json
from typing import Any, Final

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from tools.emulator.gaps.moto_hooks import replace

_LOG_DELIVERY: Final = "logging.s3.amazonaws.com"


def get_permission(_bucket: FakeBucket, _action: str, _resource: str) -> Any:
    """Neither allows nor denies.

    moto reads no conditions: a policy that denies requests without TLS denies every request there.
    """
    return PermissionResult.NEUTRAL


def log_permissions_enabled_policy(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
    """Whether a bucket's policy lets S3 deliver access logs to it.

    moto's own check fails on a statement for every principal.
    """
    if not target_bucket.policy:
        return False
    arn = f"arn:{target_bucket.partition}:s3:::{target_bucket.name}"
    delivery = {f"{arn}/{target_prefix or ''}*", f"{arn}/*"}
    return any(
        statement["Effect"] == "Allow"
        and isinstance(statement["Principal"], dict)
        and _LOG_DELIVERY in _values(statement["Principal"].get("Service"))
        and "s3:PutObject" in _values(statement["Action"])
        and delivery & _values(statement["Resource"])
        for statement in json.loads(target_bucket.policy)["Statement"]
    )


def _values(given: str | list[str] | None) -> set[str]:
    return set() if given is None else {given} if isinstance(given, str) else set(given)


def install() -> None:
    """Puts both in the place of moto's."""
    replace(FakeBucket, "get_permission", get_permission)
    replace(
        FakeBucket, "_log_permissions_enabled_policy", staticmethod(log_permissions_enabled_policy)
    )

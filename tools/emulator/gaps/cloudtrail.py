"""CloudTrail: trails named by their ARN."""

from __future__ import annotations

from typing import Any

from moto.cloudtrail import urls
from moto.cloudtrail.responses import CloudTrailResponse

from tools.emulator.gaps.moto_hooks import serve


class CloudTrail(CloudTrailResponse):
    """CloudTrail that takes an ARN wherever a trail is named, as the provider gives it."""

    def _get_param(self, param_name: str, if_none: Any = None) -> Any:
        value = super()._get_param(param_name, if_none)
        if param_name == "Name" and isinstance(value, str) and value.startswith("arn:"):
            return value.rsplit("/", 1)[-1]
        return value


def install() -> None:
    """Puts this class in the place of moto's."""
    serve(urls, CloudTrail)

"""What the parts of the service share: its state, refusals, and when changes are deployed."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.core.utils import utcnow

from tools.emulator.gaps.globalaccelerator.models import AcceleratorBackend
from tools.emulator.gaps.moto_hooks import AwsError

DEPLOYED, IN_PROGRESS = "DEPLOYED", "IN_PROGRESS"


class AcceleratorBase(BaseResponse):
    """Tags, and the state of accelerators.

    Source: https://docs.aws.amazon.com/global-accelerator/latest/api/API_Operations.html
    """

    def __init__(self) -> None:
        super().__init__(service_name="globalaccelerator")

    @property
    def backend(self) -> AcceleratorBackend:
        """The accelerators of the account."""
        module: Any = sys.modules["moto.globalaccelerator"]
        return module.globalaccelerator_backends[self.current_account]["aws"]

    def tag_resource(self) -> EmptyResult:
        """Answers TagResource."""
        self._tags().update(_to_dict(self._get_param("Tags")))
        return EmptyResult()

    def untag_resource(self) -> EmptyResult:
        """Answers UntagResource."""
        for key in self._get_param("TagKeys"):
            self._tags().pop(key, None)
        return EmptyResult()

    def list_tags_for_resource(self) -> ActionResult:
        """Answers ListTagsForResource."""
        tags = self._tags()
        return ActionResult({"Tags": [{"Key": key, "Value": tags[key]} for key in sorted(tags)]})

    def given(self, *names: str) -> dict[str, Any]:
        """Those of some parameters that the request has."""
        found = {name: self._get_param(name) for name in names}
        return {name: value for name, value in found.items() if value is not None}

    def keep_tags(self, arn: str) -> None:
        """Keeps the tags of a request that makes something."""
        self.backend.tags[arn] = _to_dict(self._get_param("Tags") or [])

    def changes(self, accelerator_arn: str) -> None:
        """Lets the next description of an accelerator say that a change is in progress."""
        accelerator = self.backend.accelerators[accelerator_arn]
        accelerator |= {"Status": IN_PROGRESS, "LastModifiedTime": utcnow()}

    def _tags(self) -> dict[str, str]:
        arn = self._get_param("ResourceArn")
        if arn not in self.backend.tags:
            refuse("AcceleratorNotFoundException", f"There is no {arn}")
        return self.backend.tags[arn]


def refuse(code: str, message: str) -> NoReturn:
    """Refuses a request."""
    raise AwsError(code, message)


def _to_dict(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}

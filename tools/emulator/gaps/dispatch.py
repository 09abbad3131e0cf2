"""How moto answers a call: with an ordered fault, with its result, or with a plain refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult, BaseResponse

from tools.emulator import calls, failures, faults, requests
from tools.emulator.gaps.moto_hooks import AwsError, replace

if TYPE_CHECKING:
    from moto.core.common_types import TYPE_RESPONSE
    from moto.core.request import Request


def install() -> None:
    """Puts fault injection and honest refusals in front of every moto service but S3.

    S3 has a separate dispatch in moto, with no action to name a fault after.
    """
    replace(BaseResponse, "_dispatch", _dispatch)


def _dispatch(
    self: BaseResponse, request: Request, full_url: str | None = None, headers: Any = None
) -> TYPE_RESPONSE:
    action = f"{request.method} {request.path}"
    try:
        self.setup_class(request, full_url, headers)
        action = self._get_action() or action
        calls.record(self.boto3_service_name, action)
        requests.record(self, action, request)
        fault = faults.take(self.boto3_service_name, action)
        if fault is not None:
            return _error(self, fault.code, fault.message, fault.status)
        answer = self.call_action()
    except Exception as error:
        # Every exception of moto becomes the same response.
        return _unsupported(self, failures.record(self.boto3_service_name, action, error))
    if not self._get_action():
        return _unsupported(self, failures.record(self.boto3_service_name, action))
    return answer


def _unsupported(response: BaseResponse, message: str) -> TYPE_RESPONSE:
    return _error(response, failures.UNSUPPORTED_CODE, message, failures.UNSUPPORTED_STATUS)


def _error(response: BaseResponse, code: str, message: str, status: int) -> TYPE_RESPONSE:
    _, headers, body = response.serialized(ActionResult(AwsError(code, message)))
    headers["status"] = str(status)
    return status, headers, body

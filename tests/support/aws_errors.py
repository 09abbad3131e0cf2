"""What an AWS call is refused with."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def code_of(call: Callable[..., Any], **arguments: Any) -> str:
    """The code of the error that a call has to end with.

    Args:
        call: the call of a client.
        arguments: its arguments.
    """
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return raised.value.response["Error"]["Code"]

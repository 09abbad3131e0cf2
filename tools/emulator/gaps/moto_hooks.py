"""The three ways in which a gap changes moto."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from moto.core.exceptions import ServiceException

if TYPE_CHECKING:
    from types import ModuleType

    from moto.core.base_backend import BaseBackend
    from moto.core.responses import BaseResponse

_State = TypeVar("_State")


class AwsError(ServiceException):
    """An error as AWS would give it, serialised by moto in the protocol of the service."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


def serve(urls: ModuleType, response: type[BaseResponse], *paths: str) -> None:
    """Replaces moto's response class of a service."""
    handlers = urls.url_paths
    for path, handler in handlers.items():
        handlers[path] = getattr(response, handler.__name__)
    for path in paths:
        handlers[path] = response.dispatch


def attached(backend: BaseBackend, state: type[_State]) -> _State:
    """Returns the state that a gap keeps for one account and region.

    Returns:
        The one instance that belongs to the backend, until moto resets the backend.
    """
    name = f"emulator_{state.__module__}_{state.__qualname__}"
    return vars(backend).setdefault(name, state())


def replace(owner: object, name: str, substitute: object) -> None:
    """Replaces an attribute of moto, where no subclass can be used.

    Raises:
        AttributeError: moto has no such attribute.
    """
    getattr(owner, name)
    setattr(owner, name, substitute)

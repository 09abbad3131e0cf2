"""The three ways in which a gap reaches into moto."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from moto.core.exceptions import ServiceException

if TYPE_CHECKING:
    from types import ModuleType

    from moto.core.base_backend import BaseBackend
    from moto.core.responses import BaseResponse

_State = TypeVar("_State")


class AwsError(ServiceException):
    """An error as AWS would give it, serialised by moto in the protocol of the service.

    Args:
        code: The error code, for example ``ResourceNotFoundException``.
        message: The text.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


def serve(urls: ModuleType, response: type[BaseResponse], *paths: str) -> None:
    """Lets a response class answer a service in place of moto's own.

    Args:
        urls: The ``urls`` module of the moto service.
        response: The class, a subclass of the one that moto uses there.
        paths: URL patterns that moto does not route yet, in moto's notation (``{0}`` is the host).
    """
    handlers = urls.url_paths
    for path, handler in handlers.items():
        handlers[path] = getattr(response, handler.__name__)
    for path in paths:
        handlers[path] = response.dispatch


def attached(backend: BaseBackend, state: type[_State]) -> _State:
    """Gives the state that a gap keeps for one account and region.

    Args:
        backend: The backend of moto's that the state belongs to.
        state: The class of the state; made without arguments when first asked for.

    Returns:
        The one instance that belongs to the backend, until moto resets the backend.
    """
    name = f"emulator_{state.__module__}_{state.__qualname__}"
    return vars(backend).setdefault(name, state())


def replace(owner: object, name: str, substitute: object) -> None:
    """Puts something in the place of an attribute of moto's, where no subclass can be slipped in.

    Args:
        owner: The class or module of moto's.
        name: The attribute, which must exist: a moto that has changed is then noticed at once.
        substitute: What to put there.

    Raises:
        AttributeError: moto has no such attribute.
    """
    getattr(owner, name)
    setattr(owner, name, substitute)

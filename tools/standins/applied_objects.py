"""Resources of the kubernetes provider, applied to a real Kubernetes API.

What the real provider does with JSON patches is done by server-side apply here: admission,
validation, defaults and finalizers are the API server's, and so are its messages.
"""

import contextlib
from collections.abc import Mapping
from typing import Any, Final

from tf import types

from config.types.quantity import QuantityError, quantity
from tools.kubernetes.client import Client, KubernetesError
from tools.standins.kubernetes_objects import KINDS, converted, field_name

State = dict[str, Any]

DEFAULT_ACCOUNT: Final = "kubernetes_default_service_account_v1"

_READ_ONLY: Final = {"generation", "resource_version", "uid", "generate_name"}
_NOT_LIVE: Final = _READ_ONLY | {"timeouts"}
"""What the state keeps, because no object says it."""

_DELETE_SECONDS: Final = 300
"""The kubernetes provider waits at least this long, and longer with `timeouts`."""


def create(client: Client, type_: str, planned: State) -> None:
    """Creates the object; a default account, which Kubernetes makes, is changed.

    Raises:
        KubernetesError: the API refuses it, or it exists already.
    """
    wanted = manifest(type_, planned)
    if type_ == DEFAULT_ACCOUNT:
        client.apply(wanted, force=True)
        return
    if client.live(wanted) is not None:
        name = wanted["metadata"]["name"]
        raise KubernetesError(409, "AlreadyExists", f'{wanted["kind"]} "{name}" already exists')
    client.apply(wanted)


def read(client: Client, type_: str, current: State) -> State | None:
    """The state with the values that the object has now; None where it does not exist."""
    live = client.live(manifest(type_, current))
    if live is None or live["metadata"].get("deletionTimestamp"):
        return None
    return _block(current, live, KINDS[type_].names)


def update(client: Client, type_: str, planned: State) -> None:
    """Changes the object.

    Raises:
        KubernetesError: the API refuses the change.
    """
    client.apply(manifest(type_, planned), force=True)


def delete(client: Client, type_: str, current: State) -> None:
    """Deletes the object and waits until it is gone; a default account stays, as with the provider.

    Raises:
        KubernetesError: the API refuses it.
        TimeoutError: a finalizer keeps it.
    """
    if type_ == DEFAULT_ACCOUNT:
        return
    client.delete(manifest(type_, current), seconds=_DELETE_SECONDS)


def manifest(type_: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """The object of a resource.

    Raises:
        KeyError: kubernetes_objects.py does not have the type.
    """
    return _with_numbers(converted(type_, _known(state)))


def _known(value: Any) -> Any:
    """A value without what is unset or read-only, which Terraform's state names all the same."""
    match value:
        case dict():
            kept = {name: _known(inner) for name, inner in value.items() if name not in _READ_ONLY}
            return {name: inner for name, inner in kept.items() if inner not in (None, [])}
        case list():
            return [_known(each) for each in value]
        case _:
            return None if value is types.Unknown else value


def _with_numbers(value: Any, name: str = "") -> Any:
    """Ports are text in the provider's schema, and numbers or names in Kubernetes."""
    match value:
        case dict():
            return {key: _with_numbers(inner, key) for key, inner in value.items()}
        case list():
            return [_with_numbers(each) for each in value]
        case str() if name == "port" and value.isdigit():
            return int(value)
        case _:
            return value


def _block(state: Mapping[str, Any], live: Any, names: Mapping[str, str]) -> State:
    """A block of the state with the live values of the attributes that it sets."""
    if not isinstance(live, dict):
        return dict(state)
    return {
        name: value
        if name in _NOT_LIVE or value in (None, []) or value is types.Unknown
        else _value(value, live, field_name(name, names), names)
        for name, value in state.items()
    }


def _value(value: Any, live: Mapping[str, Any], field: str, names: Mapping[str, str]) -> Any:
    found = live.get(field)
    match value:
        case dict():
            # A map of text: keys that others added are theirs, those that are lost are a change.
            there = found if isinstance(found, dict) else {}
            return {key: _text(text, there[key]) for key, text in value.items() if key in there}
        case [dict(), *_] if isinstance(found, list):
            blocks = [_block(*pair, names) for pair in zip(value, found, strict=False)]
            return blocks if len(found) == len(value) else [*blocks, {}]
        case [dict() as only]:
            return [_block(only, found, names)]
        case list():
            return value if found is None else found
        case _ if found is None:
            return value
        case _:
            return _text(value, found)


def _text(value: Any, found: Any) -> Any:
    """What is found, in the words of the state where both mean the same."""
    if not isinstance(value, str):
        return found
    with contextlib.suppress(QuantityError):
        if quantity(value) == quantity(found):
            return value
    return str(found)

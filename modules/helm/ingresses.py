"""Which releases have an Ingress or a route: the object, or a chart's setting that renders one."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from modules.helm.contract import Addon
from modules.helm.graph import with_predecessors

_SETTING: Final = re.compile(r"(?i)ingress(grpc|perreplica)?$")
"""Keys of charts that render an Ingress where they are enabled: `ingress`, `thanosIngress`."""

KINDS: Final = frozenset({"Ingress", "HTTPRoute"})
"""What is served by the ingress controller."""

_MANIFEST: Final = re.compile(r"(?m)^\s*kind: [\"']?Ingress[\"']?\s*$")
"""An Ingress in text, such as an entry of a chart's `extraObjects`."""


def has_ingress(values: Any) -> bool:
    """Whether a release with these values has an Ingress."""
    match values:
        case str():
            return "Ingress" in values and _MANIFEST.search(values) is not None
        case dict() | Mapping():  # dict is the quicker of the two questions
            return values.get("kind") in KINDS or any(
                _is_enabled(key, inner) or has_ingress(inner) for key, inner in values.items()
            )
        case Sequence():
            return any(has_ingress(inner) for inner in values)
        case _:
            return False


def ingress_controllers(addons: Sequence[Addon], addon: Addon) -> tuple[str, ...]:
    """Names of the controllers that an Ingress of an add-on waits for.

    An add-on that a controller requires is installed before it, with its Ingress.
    """
    controllers = [each.name for each in addons if each.serves_ingresses]
    return () if addon.name in with_predecessors(addons, controllers) else tuple(controllers)


def _is_enabled(key: str, value: Any) -> bool:
    return (
        isinstance(value, dict | Mapping)
        and bool(value.get("enabled"))
        and _SETTING.search(key) is not None
    )

"""Finds the names of images in Kubernetes objects."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from runner.images.configured import CONFIGURED, Place

_HOST: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_PATH: Final = r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*"
_VERSION: Final = r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"

NAME: Final = re.compile(rf"(?:{_HOST}(?:\.{_HOST})*(?::[0-9]+)?/)?{_PATH}{_VERSION}")
"""A name of an image, as container runtimes read it:
https://github.com/distribution/reference/blob/main/reference.go"""

_IN_TEXT: Final = re.compile(
    rf"(?<![\w./:@-])(?:{_HOST}(?:\.{_HOST})+(?::[0-9]+)?/){_PATH}"
    r"(?=:[A-Za-z0-9_]|@sha256:)" + _VERSION
)
"""A name with registry, and tag or digest: nothing shorter is sure to be one in an argument."""

_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")
_NO_PODS: Final = ("ConfigMap", "CustomResourceDefinition", "Secret")
_HOOK: Final = "helm.sh/hook"


def images_in(
    objects: Sequence[Mapping[str, Any]], platform: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Place, str]]:
    """The images of objects: of pods and their arguments, of custom resources and configurations.

    Objects of `helm test` are left out, because nothing starts them.

    Args:
        objects: the objects.
        platform: all objects of the platform, among which controllers have their configuration.

    Yields:
        Where the name is, and the name as it is written there, which may be no name of an image
        (Istio's `auto`).
    """
    for each in objects:
        metadata = each.get("metadata", {})
        if "test" in (metadata.get("annotations") or {}).get(_HOOK, ""):
            continue
        at = (each["kind"], metadata.get("namespace", ""), metadata.get("name", ""))
        if read := CONFIGURED.get(each["kind"]):
            yield from ((at + place, name) for place, name in read(each, platform))
        if each["kind"] not in _NO_PODS:
            yield from _within(each, at, custom="." in each["apiVersion"].partition("/")[0])


def full_name(name: str) -> str:
    """A name with its registry: that of Docker Hub, where it has none."""
    first, slash, _ = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return name
    return f"docker.io/{name}" if slash else f"docker.io/library/{name}"


def _within(value: Any, at: Place, *, custom: bool) -> Iterator[tuple[Place, str]]:
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _within(inner, (*at, str(number)), custom=custom)
    elif isinstance(value, dict):
        for key, inner in value.items():
            place = (*at, key)
            if key == "image" and isinstance(inner, str):
                if at[-2] in _CONTAINERS or (custom and _is_versioned(inner)):
                    yield place, inner
            elif key in {"args", "command"} and isinstance(inner, list):
                yield from _in_texts({str(each): text for each, text in enumerate(inner)}, place)
            elif key == "env" and isinstance(inner, list):
                yield from _in_texts(_values(inner), place)
            elif key == "volumes" and isinstance(inner, list):
                yield from _volumes(inner, place)
            else:
                yield from _within(inner, place, custom=custom)


def _values(variables: list[Any]) -> dict[str, Any]:
    return {
        str(each.get("name")): each.get("value") for each in variables if isinstance(each, dict)
    }


def _in_texts(texts: Mapping[str, Any], at: Place) -> Iterator[tuple[Place, str]]:
    for key, text in texts.items():
        if isinstance(text, str):
            for number, found in enumerate(_IN_TEXT.finditer(text)):
                yield (*at, key, str(number)), found[0]


def _volumes(volumes: list[Any], at: Place) -> Iterator[tuple[Place, str]]:
    """The images that are mounted as volumes."""
    for volume in volumes:
        if isinstance(volume, dict) and isinstance(volume.get("image"), dict):
            yield (*at, volume["name"]), volume["image"]["reference"]


def _is_versioned(text: str) -> bool:
    """Whether a text is a name with tag or digest, and no pattern of a policy."""
    return NAME.fullmatch(text) is not None and (":" in text.rpartition("/")[2] or "@" in text)

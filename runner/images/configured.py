"""Images that controllers start, by the configuration that charts write for them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import yaml

Place = tuple[str, ...]
"""Where a name is: kind, namespace and name of the object, and the keys that lead to it."""

Object = Mapping[str, Any]
Reader = Callable[[Object, Sequence[Object]], Iterator[tuple[Place, str]]]

AUTO: Final = "auto"
"""The image of a pod whose container Istio replaces by its proxy."""

PROXY: Final = "proxy"
"""The end of the place of that proxy's image."""

_STACK: Final = {"Elasticsearch": "elasticsearch/elasticsearch", "Kibana": "kibana/kibana"}
"""https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/air-gapped-install"""


def _config_map(each: Object, _: Sequence[Object]) -> Iterator[tuple[Place, str]]:
    data = each.get("data") or {}
    if "falcoctl.yaml" in data:
        yield from _falcoctl(yaml.safe_load(data["falcoctl.yaml"]))
    if each["metadata"]["name"].startswith("istio-sidecar-injector") and "values" in data:
        yield (PROXY,), _proxy(yaml.safe_load(data["values"])["global"])


def _falcoctl(configuration: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Rules and plugins, which each of Falco's pods downloads when it starts."""
    refs = configuration.get("artifact", {}).get("install", {}).get("refs", ())
    for number, ref in enumerate(refs):
        yield ("falcoctl.yaml", str(number)), ref


def _proxy(settings: Mapping[str, Any]) -> str:
    """Istio's proxy, as the template of its sidecar injector names it."""
    image = settings["proxy"]["image"]
    if "/" in image:
        return image
    variant = f"-{settings['variant']}" if settings.get("variant") else ""
    return f"{settings['hub']}/{image}:{settings['tag']}{variant}"


def _elastic(each: Object, objects: Sequence[Object]) -> Iterator[tuple[Place, str]]:
    """The image of an application of the Elastic Stack that names none, as ECK makes it."""
    if "image" in each["spec"]:
        return
    operator = _operator(objects)
    registry, suffix = operator.get("container-registry"), operator.get("container-suffix", "")
    if registry is None or operator.get("container-repository") or operator.get("ubi-only"):
        yield ("spec", "version"), f"{each['kind']} {each['spec']['version']}, which ECK names"
        return
    name = f"{registry}/{_STACK[each['kind']]}{suffix}:{each['spec']['version']}"
    yield ("spec", "version"), name


def _operator(objects: Sequence[Object]) -> Mapping[str, Any]:
    for each in objects:
        if each["kind"] == "ConfigMap" and "eck.yaml" in (each.get("data") or {}):
            return yaml.safe_load(each["data"]["eck.yaml"])
    return {}


CONFIGURED: Final[Mapping[str, Reader]] = {
    "ConfigMap": _config_map,
    **dict.fromkeys(_STACK, _elastic),
}
"""Readers by the kind of the object."""

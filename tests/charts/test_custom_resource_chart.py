"""Our own chart, rendered by the real Helm."""

import json
from typing import Any

import pytest

from modules.helm.custom_resources import CHART
from modules.helm.releases import CUSTOM_RESOURCES
from support.addon_environments import MINORS, VARIANTS, releases
from support.helm import template

pytestmark = pytest.mark.usefixtures("real_helm")


def _pool(name: str, **metadata: Any) -> dict[str, Any]:
    return {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": name, **metadata},
        "spec": {"weight": 10},
    }


def _rendered(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return template(CHART, "sample", json.dumps({"resources": resources}))


@pytest.mark.parametrize("name", VARIANTS)
def test_every_custom_resource_renders_unchanged(name: str) -> None:
    for release in releases(name, MINORS[-1]).values():
        if release.chart == CUSTOM_RESOURCES:
            values = json.dumps(release.values, sort_keys=True, ensure_ascii=False)
            rendered = template(CHART, release.name, values, "--namespace", release.namespace)
            assert _sorted(rendered) == _sorted(release.manifests)


def test_objects_of_a_kind_keep_their_order() -> None:
    names = ["third", "first", "second"]
    rendered = _rendered([_pool(name) for name in names])
    assert [each["metadata"]["name"] for each in rendered] == names


def test_the_same_values_render_to_the_same_text() -> None:
    pools = [_pool("b", labels={"z": "1", "a": "2"}), _pool("a")]
    assert json.dumps(_rendered(pools)) == json.dumps(_rendered(pools))


def test_text_that_looks_like_a_template_stays_text() -> None:
    text = "{{ .Values }} ${a} %{b} #c: d\n- e"
    (rendered,) = _rendered([_pool("a", annotations={"text": text, "number": "010"})])
    assert rendered["metadata"]["annotations"] == {"text": text, "number": "010"}


@pytest.mark.parametrize(
    ("resource", "problem"),
    [
        ({"kind": "NodePool", "metadata": {"name": "a"}}, "apiVersion"),
        ({"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": {}}, "name"),
        ({**_pool("a"), "status": {}}, "'not' failed"),
    ],
)
def test_values_that_are_not_objects_are_refused(resource: dict[str, Any], problem: str) -> None:
    with pytest.raises(RuntimeError, match=problem):
        _rendered([resource])


def test_no_resources_render_to_nothing() -> None:
    assert _rendered([]) == []


def _sorted(objects: Any) -> list[str]:
    return sorted(json.dumps(each, sort_keys=True) for each in objects)

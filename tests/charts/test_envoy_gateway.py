"""The proxies of Envoy Gateway are valid by the CRD of an EnvoyProxy."""

import pytest

from modules.addons.ingress.gateway_api.envoy_gateway import EXTENSIONS
from support.addon_environments import MINORS, releases
from support.json_schemas import object_problems
from tools.standins.chart_files import definitions

pytestmark = pytest.mark.usefixtures("charts")


def _problems(**changed: object) -> list[str]:
    values = releases("envoy-gateway", MINORS[-1])["envoy-gateway"].values
    spec = values["config"]["envoyGateway"]["envoyProxy"] | changed
    proxy = {
        "apiVersion": EXTENSIONS,
        "kind": "EnvoyProxy",
        "metadata": {"name": "default", "namespace": "ingress"},
        "spec": spec,
    }
    return object_problems(proxy, definitions()[EXTENSIONS, "EnvoyProxy"])


def test_the_spec_of_the_proxies_passes_the_schema_of_its_crd() -> None:
    assert _problems() == []


def test_the_schema_finds_what_is_wrong() -> None:
    assert _problems(mergeGateways="yes")
    assert _problems(shutdown={"drainTimout": "5s"})

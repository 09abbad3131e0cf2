"""The picture of a request's way follows the edge and the platform stack."""

import copy
import json
import re
from typing import Any, Final

import pytest
import yaml
from cdktf import App
from cdktf import Testing as Synth

from config.environment import Environment
from diagrams.readme import APPLICATION
from diagrams.request import request_picture
from stacks.edge import EdgeStack
from stacks.network import NetworkStack
from stacks.platform import PlatformStack
from support.edge import ARN, WITH_DOMAIN
from support.environments import environment
from support.platform import with_controller

SAMPLE: Final[list[dict[str, Any]]] = [
    document
    for file in sorted(APPLICATION.glob("*.yaml"))
    for document in yaml.safe_load_all(file.read_text())
]

BOX: Final = re.compile(r'^ +(?:subgraph )?(\w+)[\[(]+"(.*)"[\])]+$', re.MULTILINE)
ARROW: Final = re.compile(r'^ +(\w+) (?:-->|-\.->)(?:\|"(.*)"\|)? (\w+)$', re.MULTILINE)


class Picture:
    """A drawn picture: what its boxes say, and its arrows with their labels."""

    def __init__(self, settings: Environment, application: list[dict[str, Any]] = SAMPLE) -> None:
        network, edge, platform = (
            json.loads(Synth.synth(stack(App(stack_traces=False), settings)))
            for stack in (NetworkStack, EdgeStack, PlatformStack)
        )
        self.text = request_picture(network, edge, platform, application)
        self.boxes = dict(BOX.findall(self.text))
        self.arrows = {(start, end): label for start, label, end in ARROW.findall(self.text)}

    def after(self, start: str) -> set[str]:
        return {end for begin, end in self.arrows if begin == start}

    def reachable(self, start: str = "internet") -> set[str]:
        found, waiting = set[str](), {start}
        while waiting:
            waiting = set[str]().union(*map(self.after, waiting)) - found
            found |= waiting
        return found


@pytest.fixture(scope="module")
def with_domain() -> Picture:
    return Picture(environment(edge={**WITH_DOMAIN, "waf": {"enabled": True}}))


def test_a_request_comes_from_the_internet_to_the_pods(with_domain: Picture) -> None:
    way = ["internet", "firewall", "https_listener", "https_targets", "controller", "service"]
    assert all(pair in with_domain.arrows for pair in zip(way, [*way[1:], "pods"], strict=True))


def test_every_arrow_is_between_boxes_that_are_drawn(with_domain: Picture) -> None:
    assert {box for pair in with_domain.arrows for box in pair} <= set(with_domain.boxes)


def test_plain_http_is_redirected_but_for_acme_challenges(with_domain: Picture) -> None:
    assert with_domain.after("http_listener") == {"https_listener", "http_targets"}
    assert with_domain.arrows["http_listener", "https_listener"] == "HTTP_301"
    challenge = with_domain.arrows["http_listener", "http_targets"]
    assert challenge == "/.well-known/acme-challenge/*"


def test_ports_and_tls_policy_are_the_listeners(with_domain: Picture) -> None:
    assert with_domain.boxes["http_listener"] == "HTTP 80"
    policy = "ELBSecurityPolicy-TLS13-1-3-2021-06"
    assert with_domain.boxes["https_listener"] == f"HTTPS 443<br/>{policy}"
    older = Picture(environment(edge={**WITH_DOMAIN, "minimum_tls_version": "1.2"}))
    assert "ELBSecurityPolicy-TLS13-1-2-2021-06" in older.boxes["https_listener"]


def test_the_load_balancer_is_in_the_public_subnet_of_each_zone(with_domain: Picture) -> None:
    assert with_domain.boxes["zones"].split("<br/>") == [
        "Public subnets",
        "eu-west-1a 10.0.1.0/24",
        "eu-west-1b 10.0.2.0/24",
        "eu-west-1c 10.0.3.0/24",
    ]


def test_names_and_certificates_have_their_way_too(with_domain: Picture) -> None:
    assert with_domain.after("names") == {"load_balancer", "certificate"}
    assert with_domain.after("certificate") == {"https_listener"}
    assert with_domain.arrows["issuer_0", "controller"] == "default-certificate<br/>sample-app-tls"


def test_a_certificate_of_ones_own_needs_no_names() -> None:
    drawn = Picture(environment(edge={"certificate_arn": ARN}))
    assert drawn.boxes["certificate"] == f"ACM certificate<br/>{ARN.rpartition('/')[2]}"
    assert "names" not in drawn.boxes


def test_without_a_certificate_http_goes_to_the_pods() -> None:
    drawn = Picture(environment())
    assert {"names", "certificate", "firewall", "https_listener", "https_targets"}.isdisjoint(
        drawn.boxes
    )
    assert drawn.arrows["internet", "http_listener"] == "from 0.0.0.0/0"
    assert drawn.after("http_listener") == {"http_targets"}
    assert "pods" in drawn.reachable()


def test_who_may_come_is_what_the_security_group_says() -> None:
    drawn = Picture(environment(edge={"cidrs": ["192.0.2.0/24", "198.51.100.0/24"]}))
    assert drawn.arrows["internet", "http_listener"] == "from 192.0.2.0/24, 198.51.100.0/24"


def test_a_network_load_balancer_passes_both_ports_through() -> None:
    drawn = Picture(environment(edge={"load_balancer": "nlb", **WITH_DOMAIN}))
    assert drawn.boxes["load_balancer"] == "Network Load Balancer"
    assert drawn.boxes["https_listener"] == "TCP 443"
    assert drawn.after("http_listener") == {"http_targets"}
    assert drawn.after("https_listener") == {"https_targets"}


def test_the_gateway_for_inspection_is_no_part_of_the_way() -> None:
    subnets = {zone: f"10.0.31.{16 * index}/28" for index, zone in enumerate("abc")}
    inspection = {"enabled": True, "subnets": subnets}
    drawn = Picture(environment(edge={"load_balancer": "nlb", "inspection": inspection}))
    assert "inspection" not in drawn.text
    assert "pods" in drawn.reachable()


@pytest.mark.filterwarnings("ignore::stacks.platform.PlatformWarning")
@pytest.mark.parametrize("controller", ["nginx", "traefik", "haproxy", "ingress-nginx"])
def test_the_controller_is_the_one_chosen(controller: str) -> None:
    drawn = Picture(with_controller(controller))
    release, pods, spread, class_ = drawn.boxes["controller"].split("<br/>")
    chart = {"nginx": "nginx-ingress", "haproxy": "kubernetes-ingress"}.get(controller, controller)
    assert release.startswith(f"{chart} ")
    assert (pods, spread) == ("3 to 12 pods", "spread over the zones")
    assert class_ == f"ingress class {controller.removeprefix('ingress-')}"
    assert drawn.arrows["http_targets", "controller"] == "TargetGroupBinding http"
    port = {"traefik": 8000, "haproxy": 8080}.get(controller, 80)
    assert drawn.boxes["http_targets"].startswith(f"HTTP {port} to 10.0.0.0/16")


def test_an_application_of_another_class_is_not_reached() -> None:
    drawn = Picture(with_controller("traefik"))
    assert "service" not in drawn.boxes
    changed = copy.deepcopy(SAMPLE)
    (ingress,) = (each for each in changed if each["kind"] == "Ingress")
    ingress["spec"]["ingressClassName"] = "traefik"
    assert "pods" in Picture(with_controller("traefik"), changed).reachable()


def test_one_pod_is_one_pod() -> None:
    platform = {"ingress": {"controller": "traefik", "traefik_acme": {"enabled": True}}}
    edge = {"load_balancer": "nlb"}
    assert "1 pod<br/>" in Picture(environment(platform=platform, edge=edge)).boxes["controller"]

"""Warnings of container images: caches that are not filled, images that no cache has."""

from pathlib import Path

import pytest

from rules.between_environments import warnings_between
from rules.expansion import EnvironmentSource
from rules.registration import warnings
from support.environments import environment, example, warned

HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
IMAGES = ("platform", "charts", "image_registry")
CACHES = ("registry", "caches")
QUAY = {"upstream": "quay.io"}


def test_caches_are_not_filled_from_a_network_without_nat() -> None:
    network = {"nat": "none", "interface_endpoints": "private_cluster"}
    registry = {"caches": {"quay": QUAY}}
    assert "needs a NAT gateway" in warned(network=network, registry=registry)[CACHES]
    assert CACHES not in warned(registry=registry)


def test_images_of_the_platform_that_no_cache_has_are_named() -> None:
    charts = {"image_registry": f"{HOST}/mirror"}
    some = {"caches": {"mirror/karpenter": {"upstream": "public.ecr.aws"}}}
    message = warned(platform={"charts": charts}, registry=some)[IMAGES]
    assert "no cache or repository of registry has mirror/" in message
    assert IMAGES not in warned(platform={"charts": charts}, registry={"caches": {"mirror": QUAY}})
    assert IMAGES not in warned(
        platform={"charts": {"image_registry": "registry.example"}}, registry=some
    )
    assert IMAGES not in warned(platform={"charts": charts})


def test_the_example_has_a_cache_for_each_image_of_the_platform() -> None:
    assert IMAGES not in {problem.path for problem in warnings(example("registry"))}


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({}, 2),
        ({"region": "eu-central-1"}, 0),
        ({"account": "210987654321"}, 0),
        ({"registry": {}}, 0),
    ],
)
def test_one_environment_configures_the_scanning_of_a_registry(
    other: dict[str, object], expected: int
) -> None:
    scanning = {"scanning": {"type": "basic"}}
    one = environment(registry=scanning)
    two = environment(**{"name": "two", "registry": scanning, **other})
    found = warnings_between(
        {EnvironmentSource(Path("one.yaml")): one, EnvironmentSource(Path("two.yaml")): two}
    )
    about = [problem for _, problem in found if problem.path[0] == "registry"]
    assert len(about) == expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("repo:acme/shop:*", True),
        ("repo:acme/shop:pull_request", True),
        ("repo:acme/*", True),
        ("repo:acme/shop:ref:refs/heads/main", False),
        ("repo:acme/shop:ref:*", False),
        ("repo:acme/shop:environment:production", False),
    ],
)
def test_pull_requests_that_push_images_are_warned_of(subject: str, expected: bool) -> None:
    def role(issuer: str) -> dict[str, object]:
        provider = f"arn:aws:iam::123456789012:oidc-provider/{issuer}"
        oidc = {"provider": provider, "subjects": [subject]}
        return {
            "repositories": {"shop/web": {}},
            "ci_roles": {"ci": {"repositories": ["shop/web"], "oidc": oidc}},
        }

    path = ("registry", "ci_roles", "ci", "oidc", "subjects", 0)
    assert (path in warned(registry=role("token.actions.githubusercontent.com"))) is expected
    assert path not in warned(registry=role("gitlab.com"))

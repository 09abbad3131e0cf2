"""The stand-ins' schemas say what the pinned bindings say."""

import pytest

from tools.standins.binding_schemas import Field, provider, resources


@pytest.fixture(scope="module")
def release() -> dict[str, Field]:
    return resources("helm", ["helm_release"])["helm_release"].fields


@pytest.fixture(scope="module")
def policy() -> dict[str, Field]:
    type_ = "kubernetes_network_policy_v1"
    return resources("kubernetes", [type_])[type_].fields


def test_they_are_those_of_the_pinned_versions() -> None:
    assert provider("helm").version == "3.1.1"
    assert provider("kubernetes").version == "2.38.0"


def test_what_is_required_optional_and_computed_differs(release: dict[str, Field]) -> None:
    assert release["name"] == Field(required=True, type="string")
    assert release["repository"] == Field(optional=True, type="string")
    assert release["namespace"] == Field(optional=True, computed=True, type="string")
    assert release["manifest"] == Field(computed=True, type="string")
    assert release["values"].type == ["list", "string"]


def test_helm_has_attributes_where_kubernetes_has_blocks(release: dict[str, Field]) -> None:
    assert not release["set"].block
    assert release["set"].nesting == "LIST"
    assert set(release["set"].fields) == {"name", "type", "value"}
    assert not provider("helm").fields["kubernetes"].block
    assert provider("kubernetes").fields["exec"].block


def test_blocks_have_minimum_and_maximum_items(policy: dict[str, Field]) -> None:
    metadata, rules = policy["metadata"], policy["spec"].fields["egress"]
    assert (metadata.required, metadata.block, metadata.most) == (True, True, 1)
    assert (rules.required, rules.block, rules.most) == (False, True, 0)
    assert policy["spec"].fields["policy_types"].required


def test_a_type_that_the_bindings_lack_is_an_error() -> None:
    with pytest.raises(KeyError):
        resources("helm", ["helm_nothing"])

"""Chart values: references and merging."""

from modules.helm.references import reference, reference_names, substitute
from modules.merge import merged, nested


def test_references_are_found_and_substituted() -> None:
    text = f"a {reference('cluster.vpc_id')} b {reference('role.arn')}"
    assert reference_names(text) == {"cluster.vpc_id", "role.arn"}
    assert substitute(text, str.upper) == "a CLUSTER.VPC_ID b ROLE.ARN"


def test_merging_replaces_lists_and_leaves_its_input_alone() -> None:
    below = {"a": {"b": [1], "c": 1}}
    assert merged(below, {"a": {"b": [2]}}) == {"a": {"b": [2], "c": 1}}
    assert below == {"a": {"b": [1], "c": 1}}
    assert nested("a.b.c", 1) == {"a": {"b": {"c": 1}}}

"""What a page says of a plan, from plans as Terraform shows them (M7)."""

import json
from typing import Any

import pytest
import yaml

from runner.plan_page import document, markdown, terminal
from runner.plan_page.changes import page_of_plan
from runner.plan_page.model import Change, StackPage, from_json, to_json
from support.plans import change, plan_of

SUBNET = "aws_subnet.private_a"


def page(*args: Any, **more: Any) -> StackPage:
    return page_of_plan("dev-network", plan_of(*args, **more))


def only(found: StackPage) -> Change:
    (each,) = found.changes
    return each


def everything(found: StackPage) -> str:
    """All that any form of the page says."""
    lines = [line.text for line in terminal.plan_lines("Plan", [found])]
    lines += [line.text for line in terminal.drift_lines("Drift", [found])]
    forms = (document.plan_json, document.drift_json, markdown.plan_markdown)
    return "\n".join([*lines, *(form("Plan", [found]) for form in forms), to_json(found)])


def test_a_replacement_names_the_argument_that_forces_it_first() -> None:
    found = only(
        page(
            change(
                SUBNET,
                "delete",
                "create",
                before={"assign_ipv6": False, "cidr_block": "10.0.11.0/24"},
                after={"assign_ipv6": True, "cidr_block": "10.0.12.0/24"},
                replace_paths=[["cidr_block"]],
                action_reason="replace_because_cannot_update",
            )
        )
    )
    assert (found.action, found.new_first, found.reason) == ("replace", False, "")
    assert [(each.path, each.forces_replacement) for each in found.attributes] == [
        ("cidr_block", True),
        ("assign_ipv6", False),
    ]
    forcing = found.attributes[0]
    assert (forcing.before, forcing.after) == ('"10.0.11.0/24"', '"10.0.12.0/24"')


def test_a_replacement_says_which_of_the_two_is_made_first() -> None:
    found = only(page(change(SUBNET, "create", "delete", before={}, after={})))
    assert found.new_first


def test_a_forced_argument_names_the_resource_that_is_made_anew() -> None:
    vpc = change(
        "aws_vpc.vpc",
        "delete",
        "create",
        before={"cidr_block": "10.0.0.0/16", "id": "vpc-1"},
        after={"cidr_block": "10.1.0.0/16"},
        unknown={"id": True},
        replace_paths=[["cidr_block"]],
    )
    subnet = change(
        SUBNET,
        "delete",
        "create",
        before={"vpc_id": "vpc-1"},
        after={},
        unknown={"vpc_id": True},
        replace_paths=[["vpc_id"]],
    )
    expressions = {
        "aws_vpc.vpc": {"cidr_block": None},
        SUBNET: {"vpc_id": ["aws_vpc.vpc.id", "aws_vpc.vpc"]},
    }
    found = {each.address: each for each in page(vpc, subnet, expressions=expressions).changes}
    (vpc_id,) = found[SUBNET].attributes
    assert vpc_id.because == ("aws_vpc.vpc",)
    assert (vpc_id.before, vpc_id.after) == ('"vpc-1"', "(known after apply)")
    (cidr,) = found["aws_vpc.vpc"].attributes
    assert cidr.because == ()


def test_an_argument_names_the_output_of_another_stack() -> None:
    remote = "data.terraform_remote_state.network"
    found = page(
        change(SUBNET, "update", before={"vpc_id": "vpc-1"}, after={"vpc_id": "vpc-2"}),
        expressions={SUBNET: {"vpc_id": [f"{remote}.outputs.vpc_id", f"{remote}.outputs", remote]}},
    )
    assert only(found).attributes[0].because == ("output vpc_id of network",)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("delete_because_no_resource_config", "no longer in the configuration"),
        ("replace_because_tainted", "tainted"),
        ("a_reason_of_a_newer_version", "a_reason_of_a_newer_version"),
    ],
)
def test_the_reason_is_given_in_words(reason: str, words: str) -> None:
    actions = ["delete"] if reason.startswith("delete") else ["delete", "create"]
    found = only(page(change(SUBNET, *actions, before={}, after={}, action_reason=reason)))
    assert words in found.reason


def test_what_is_destroyed_and_replaced_stands_first_in_every_form() -> None:
    found = page(
        change("aws_eip.a", "create", after={}),
        change("aws_eip.b", "update", before={"tags": {}}, after={"tags": {"a": "b"}}),
        change("aws_eip.c", "delete", "create", before={}, after={}),
        change("aws_eip.d", "delete", before={}),
        change("aws_eip.e", "no-op", before={}, after={}),
        change("aws_eip.f", "forget", before={}, after={}),
        change("aws_eip.g", "read", after={}, mode="data"),
    )
    assert [each.address for each in found.changes] == [f"aws_eip.{each}" for each in "dcfba"]
    assert found.counts == {"destroy": 1, "replace": 1, "update": 1, "create": 1, "forget": 1}
    text = "\n".join(line.text for line in terminal.plan_lines("Plan", [found]))
    for form in (text, markdown.plan_markdown("Plan", [found])):
        body = form[form.index("Destroyed and replaced") :]
        order = [body.index(each) for each in ("aws_eip.d", "aws_eip.c", "aws_eip.b")]
        assert order == sorted(order)
        assert "1 to destroy, 1 to replace, 1 to change, 1 to make, 1 to forget" in form


def test_a_move_and_an_import_are_named_although_nothing_changes() -> None:
    found = page(
        change("aws_eip.new", "no-op", before={}, after={}, previous_address="aws_eip.old"),
        change("aws_eip.there", "no-op", before={}, after={}, importing={"id": "eipalloc-1"}),
    )
    assert [each.action for each in found.changes] == ["keep", "keep"]
    assert "aws_eip.old" in everything(found)
    assert "eipalloc-1" in everything(found)


def test_what_aws_computes_is_left_out_of_a_change() -> None:
    found = only(
        page(
            change(
                "aws_eks_addon.coredns",
                "update",
                before={"addon_version": "v1", "modified_at": "yesterday", "owner": ""},
                after={"addon_version": "v2", "owner": None},
                unknown={"modified_at": True},
            ),
            expressions={"aws_eks_addon.coredns": {"addon_version": None}},
        )
    )
    assert [each.path for each in found.attributes] == ["addon_version"]


def test_an_argument_that_was_removed_from_the_configuration_is_shown() -> None:
    found = only(
        page(
            change("aws_vpc.vpc", "update", before={"ipam": "pool-1"}, after={"ipam": None}),
            expressions={"aws_vpc.vpc": {"cidr_block": None}},
        )
    )
    assert [(each.path, each.after) for each in found.attributes] == [("ipam", "(none)")]


def test_default_tags_are_shown_once() -> None:
    both = change(
        "aws_vpc.vpc",
        "update",
        before={"tags": {"a": "1"}, "tags_all": {"a": "1", "team": "x"}},
        after={"tags": {"a": "2"}, "tags_all": {"a": "2", "team": "y"}},
    )
    assert [each.path for each in only(page(both)).attributes] == ["tags.a"]
    default = change(
        "aws_vpc.vpc", "update", before={"tags_all": {"x": "1"}}, after={"tags_all": {"x": "2"}}
    )
    found = only(page(default, expressions={"aws_vpc.vpc": {"cidr_block": None}}))
    assert [each.path for each in found.attributes] == ["tags_all.x"]


VALUES = {
    "controller": {"replicas": 2, "image": {"tag": "1"}, "args": ["--a", "--b"]},
    "other": {"untouched": True, "a": 1, "b": 2, "c": 3, "d": 4},
}


def helm(before: list[str], after: list[str], **more: Any) -> StackPage:
    release = "helm_release.karpenter"
    return page(
        change(release, "update", before={"values": before}, after={"values": after}, **more)
    )


def test_values_of_a_release_are_a_diff_of_what_they_say() -> None:
    changed = json.loads(json.dumps(VALUES))
    changed["controller"]["image"]["tag"] = "2"
    # The order and the form are no difference.
    after = yaml.safe_dump(dict(reversed(changed.items())), sort_keys=False)
    (values,) = only(helm([json.dumps(VALUES)], [after])).attributes
    assert values.path == "values"
    lines = values.diff.splitlines()
    assert [line for line in lines if line[0] in "+-"] == ["-    tag: '1'", "+    tag: '2'"]
    assert "untouched" not in values.diff
    assert lines[0].startswith("@@ controller")
    assert (values.before, values.after) == ("", "")


def test_values_that_only_change_their_form_are_no_difference() -> None:
    (values,) = only(helm([json.dumps(VALUES)], [yaml.safe_dump(VALUES)])).attributes
    assert values.diff == "(the same content in another form)"


def test_a_policy_is_a_diff_of_what_it_says() -> None:
    before, after = ({"Statement": [{"Action": each}]} for each in ("s3:GetObject", "s3:*"))
    policy = change(
        "aws_iam_policy.p",
        "update",
        before={"policy": json.dumps(before)},
        after={"policy": json.dumps(after, indent=2)},
    )
    (found,) = only(page(policy)).attributes
    assert "-- Action: s3:GetObject" in found.diff
    assert "+- Action: s3:*" in found.diff


SECRETS: list[dict[str, Any]] = [
    {"before": {"value": "old-secret"}, "after": {"value": "new-secret"}, "mark": {"value": True}},
    {
        "before": {"set": [{"name": "a", "value": "old-secret"}]},
        "after": {"set": [{"name": "a", "value": "new-secret"}]},
        "mark": {"set": [{"value": True}]},
    },
    {
        "before": {"set": [{"value": "old-secret"}]},
        "after": {"set": [{"value": "new-secret"}, {"value": "x"}]},
        "mark": {"set": [{"value": True}, {}]},
    },
    {"before": {"values": ["a: old-secret"]}, "after": {"values": ["a: new-secret"]},
     "mark": {"values": [True]}},
    {"before": {"data": {"k": "old-secret"}}, "after": {"data": {"l": "new-secret"}},
     "mark": {"data": True}},
    {"before": {"block": None}, "after": {"block": {"k": "new-secret"}},
     "mark": {"block": {"k": True}}},
]  # fmt: skip


@pytest.mark.parametrize("case", SECRETS, ids=range(len(SECRETS)))
@pytest.mark.parametrize("marked", ["before_sensitive", "after_sensitive"])
@pytest.mark.parametrize("actions", [("update",), ("delete", "create")])
def test_nothing_sensitive_is_in_any_form(
    case: dict[str, Any], marked: str, actions: tuple[str, ...]
) -> None:
    both = {"before_sensitive": {}, "after_sensitive": {}}
    # Terraform marks the value of either side; where there is none, it has no mark.
    if marked == "before_sensitive" and case["before"].get("block", 1) is None:
        marked = "after_sensitive"
    found = page(
        change(
            "helm_release.a",
            *actions,
            before=case["before"],
            after=case["after"],
            replace_paths=[[next(iter(case["after"]))]],
            **{**both, marked: case["mark"]},
        )
    )
    assert only(found).attributes
    text = everything(found)
    assert "(sensitive)" in text
    assert "old-secret" not in text
    assert "new-secret" not in text


def test_an_argument_known_after_the_apply_shows_nothing_sensitive_before() -> None:
    found = page(
        change(
            "aws_ssm_parameter.p",
            "update",
            before={"value": "old-secret"},
            after={},
            unknown={"value": True},
            before_sensitive={"value": True},
        )
    )
    assert "old-secret" not in everything(found)


def test_outputs_that_change_are_named_without_their_values() -> None:
    assert page(outputs=["vpc_id", "arn"]).outputs == ("arn", "vpc_id")


def test_a_page_is_the_same_after_it_was_written_and_read() -> None:
    found = page(
        change(SUBNET, "delete", "create", before={"a": 1}, after={"a": 2}, replace_paths=[["a"]]),
        outputs=["x"],
    )
    assert from_json(to_json(found)) == found

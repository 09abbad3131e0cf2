"""Data that is copied to another region of a platform (K2), as synthesized."""

import json
from pathlib import Path
from typing import Any

from rules.registration import warnings
from support.output import Output, synthesized_output
from support.regions import CENTRAL, WEST, platform

KEY = "${aws_kms_key.registry_key.arn}"


def synthesized(folder: Path, **settings: Any) -> Output:
    return synthesized_output(folder / "cdktf.out", *platform(folder, **settings))


def statements(policy: str) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}


def test_images_of_the_source_are_replicated_to_the_other_region(output: Output) -> None:
    source, destination = (output.stack(f"{name}-account") for name in (WEST, CENTRAL))
    [found] = source.resources("aws_ecr_replication_configuration").values()
    [rule] = found["replication_configuration"]["rule"]
    assert rule["destination"] == [{"region": "eu-central-1", "registry_id": "123456789012"}]
    filters = [(each["filter"], each["filter_type"]) for each in rule["repository_filter"]]
    assert filters == [("store/web", "PREFIX_MATCH"), ("tools/", "PREFIX_MATCH")]
    assert not destination.resources("aws_ecr_replication_configuration")


def test_copies_are_kept_as_the_destinations_registry_says(output: Output) -> None:
    stack = output.stack(f"{CENTRAL}-account")
    [repository] = stack.resources("aws_ecr_repository").values()
    assert (repository["name"], repository["image_tag_mutability"]) == ("store/web", "IMMUTABLE")
    assert repository["encryption_configuration"] == [{"encryption_type": "KMS", "kms_key": KEY}]
    [template] = stack.resources("aws_ecr_repository_creation_template").values()
    assert (template["prefix"], template["applied_for"]) == ("tools", ["REPLICATION"])
    assert template["encryption_configuration"] == [{"encryption_type": "KMS", "kms_key": KEY}]
    assert template["image_tag_mutability"] == "MUTABLE"
    assert '"countNumber":20' in template["lifecycle_policy"]
    assert template["custom_role_arn"] == "${aws_iam_role.registry_templates.arn}"
    policy = stack.resources("aws_iam_role_policy")["registry_templates_policy"]["policy"]
    assert statements(policy)["Repositories"]["Resource"] == (
        "arn:aws:ecr:eu-central-1:123456789012:repository/tools/*"
    )
    # ECR makes no repository before its template: it could not get the key any more.
    order = output.manifest["stacks"][f"{WEST}-account"]["dependencies"]
    assert order == [f"{WEST}-state", f"{CENTRAL}-account"]


def test_nodes_of_the_destination_may_pull_copies(output: Output) -> None:
    attached = output.stack(f"{CENTRAL}-cluster").resources("aws_iam_role_policy_attachment")
    policies = {each["policy_arn"].rpartition("/")[2] for each in attached.values()}
    assert "AmazonEC2ContainerRegistryPullOnly" in policies


def test_caches_and_copies_share_a_role_and_keep_their_own_templates(tmp_path: Path) -> None:
    caches = {"quay": {"upstream": "quay.io"}}
    stack = synthesized(tmp_path, registry={"caches": caches}).stack(f"{CENTRAL}-account")
    templates = stack.resources("aws_ecr_repository_creation_template").values()
    assert {each["prefix"]: each["applied_for"] for each in templates} == {
        "quay": ["PULL_THROUGH_CACHE"],
        "tools": ["REPLICATION"],
    }
    policy = stack.resources("aws_iam_role_policy")["registry_templates_policy"]["policy"]
    assert [arn.rpartition(":")[2] for arn in statements(policy)["Repositories"]["Resource"]] == [
        "repository/quay/*",
        "repository/tools/*",
    ]


def test_a_direction_may_be_reversed_and_repositories_overlap(tmp_path: Path) -> None:
    output = synthesized(
        tmp_path,
        replication={"source": "eu-central-1", "destination": None},
        registry={"repositories": {"tools/lint": {}, "store/web-admin": {}}},
    )
    assert not output.stack(f"{WEST}-account").resources("aws_ecr_replication_configuration")
    stack = output.stack(f"{CENTRAL}-account")
    [found] = stack.resources("aws_ecr_replication_configuration").values()
    [rule] = found["replication_configuration"]["rule"]
    assert rule["destination"][0]["region"] == "eu-west-1"
    assert [each["filter"] for each in rule["repository_filter"]] == ["store/web", "tools/"]


def test_a_destination_that_pulls_from_the_source_is_warned_of(tmp_path: Path) -> None:
    image_registry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/tools"
    found = platform(tmp_path, platform={"charts": {"image_registry": image_registry}})
    path = ("platform", "charts", "image_registry")
    west, central = ([each.message for each in warnings(one) if each.path == path] for one in found)
    assert not west
    assert central == [
        "is the registry of eu-west-1: images cannot be pulled when that region fails"
    ]

"""Data that is copied to another region of a platform (K2), as synthesized."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from config.derived.replication import secret_names
from config.derived.secret_refs import source
from config.environment import Environment
from modules.addons.external_secrets.secret_stores import policies
from rules.registration import warnings
from support.output import Output, synthesized_output
from support.regions import CENTRAL, WEST, platform

COPIES = (("state", "replica_region"), ("backup", "copy_region"))
KEY = "${aws_kms_key.registry_key.arn}"


def synthesized(folder: Path, **settings: Any) -> Output:
    return synthesized_output(folder / "cdktf.out", *platform(folder, **settings))


def statements(policy: str) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}


def readable(environment: Environment) -> list[str]:
    """What External Secrets may read."""
    [read] = policies(environment)["read"]
    return list(read.resources)


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


def test_states_and_backups_without_a_copy_are_warned_of(tmp_path: Path) -> None:
    assert not [each for one in platform(tmp_path) for each in warnings(one) if _is_copy(each.path)]
    backups = {"cluster": {"efs": {"enabled": True}}, "backup": {"enabled": True}}
    regions = {
        region: {"settings": {"state": {"replica_region": None}, **backups}}
        for region in ("eu-west-1", "eu-central-1")
    }
    for one in platform(tmp_path, regions=regions):
        found = {each.path: each.message for each in warnings(one) if _is_copy(each.path)}
        message = f"is not set: what {one.region} has of it is lost with the region"
        assert found == dict.fromkeys(COPIES, message)


def _is_copy(path: Sequence[object]) -> bool:
    return tuple(path) in COPIES


def test_a_secret_is_made_without_a_value_and_has_a_replica_with_the_key_of_its_region(
    output: Output,
) -> None:
    stack = output.stack(f"{WEST}-account")
    [secret] = stack.resources("aws_secretsmanager_secret").values()
    assert secret["name"] == "two-regions/checkout/payments"
    assert secret["kms_key_id"] == "${aws_kms_key.secrets_key.arn}"
    replica = "${aws_kms_replica_key.secrets_replica_key.arn}"
    assert secret["replica"] == [{"region": "eu-central-1", "kms_key_id": replica}]
    assert not stack.resources("aws_secretsmanager_secret_version")
    assert stack.resources("aws_kms_key")["secrets_key"]["multi_region"] is True
    assert "multi_region" not in stack.resources("aws_kms_key")["registry_key"]
    [key] = stack.resources("aws_kms_replica_key").values()
    assert (key["primary_key_arn"], key["provider"]) == (
        "${aws_kms_key.secrets_key.arn}",
        "aws.replica",
    )
    regions = {each.get("alias"): each["region"] for each in stack.json["provider"]["aws"]}
    assert regions["replica"] == "eu-central-1"
    # The destination can be planned and applied while the source's region is down.
    destination = output.stack(f"{CENTRAL}-account")
    assert not destination.resources("aws_secretsmanager_secret")
    assert "terraform_remote_state" not in destination.text


@pytest.mark.parametrize(
    ("type_", "id_", "region"),
    [
        ("aws_kms_key", "secrets_key", "eu-west-1"),
        ("aws_kms_replica_key", "secrets_replica_key", "eu-central-1"),
    ],
)
def test_the_key_of_a_region_is_used_through_its_secrets_manager_only(
    output: Output, type_: str, id_: str, region: str
) -> None:
    key = output.stack(f"{WEST}-account").resources(type_)[id_]
    use = statements(key["policy"])["SecretsManager"]
    assert use["Condition"] == {
        "StringEquals": {
            "kms:CallerAccount": "123456789012",
            "kms:ViaService": f"secretsmanager.{region}.amazonaws.com",
        }
    }
    assert not {"kms:*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"} & set(use["Action"])


def test_both_regions_read_secrets_of_the_same_names_each_from_its_own(tmp_path: Path) -> None:
    west, central = platform(tmp_path)
    for environment in (west, central):
        place = f"arn:aws:secretsmanager:{environment.region}:123456789012:secret"
        assert readable(environment) == [f"{place}:two-regions/*", f"{place}:{environment.name}/*"]
    plain = platform(tmp_path, replication={"secrets": None})
    for environment in plain:
        [only] = readable(environment)
        assert only.endswith(f":{environment.name}/*")


def test_secrets_that_settings_refer_to_have_the_shared_prefix(tmp_path: Path) -> None:
    receivers = {"ops": {"slack": [{"url": "alerts-slack:url", "channel": "#ops"}]}}
    alertmanager = {"receivers": receivers, "default_receiver": "ops"}
    found = platform(
        tmp_path,
        platform={"monitoring": {"alertmanager": alertmanager}},
        replication={"secrets": {"names": ["platform/alerts-slack"]}},
    )
    sources = {source(environment, "alerts-slack") for environment in found}
    assert sources == {"two-regions/platform/alerts-slack"}
    assert sources == {*secret_names(found[0])}


def test_secrets_and_keys_may_be_deleted_with_force_destroy_only(
    tmp_path: Path, output: Output
) -> None:
    forced = synthesized(tmp_path, replication={"secrets": {"force_destroy": True}})
    for made, days, protected in ((output, 30, True), (forced, 0, False)):
        stack = made.stack(f"{WEST}-account")
        [secret] = stack.resources("aws_secretsmanager_secret").values()
        assert secret["recovery_window_in_days"] == days
        keys = (
            stack.resources("aws_kms_key")["secrets_key"],
            stack.resources("aws_kms_replica_key")["secrets_replica_key"],
        )
        for each in (secret, *keys):
            assert ("lifecycle" in each) is protected


def test_keys_are_left_in_aws_when_secrets_are_no_longer_replicated(tmp_path: Path) -> None:
    stack = synthesized(tmp_path, replication={"secrets": None}).stack(f"{WEST}-account")
    forgotten = {each["from"] for each in stack.json["removed"]}
    assert forgotten >= {
        "aws_kms_key.secrets_key",
        "aws_kms_alias.secrets_key_alias",
        "aws_kms_replica_key.secrets_replica_key",
        "aws_kms_alias.secrets_replica_key_alias",
    }
    # Terraform needs the provider of what it forgets.
    assert "replica" in {each.get("alias") for each in stack.json["provider"]["aws"]}

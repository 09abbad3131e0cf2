"""Names, tags and rules are within AWS's limits, with the longest names that one may choose."""

from collections import Counter

import pytest

from config.derived import limits
from config.sections.cluster_nodes import NodeGroup
from support.environments import example, problems
from support.output import Output, synthesized_output

LIMITS = {
    ("aws_cloudwatch_event_rule", "name"): limits.EVENT_RULE_NAME,
    ("aws_cloudwatch_log_group", "name"): limits.LOG_GROUP_NAME,
    ("aws_eks_cluster", "name"): limits.CLUSTER_NAME,
    ("aws_eks_node_group", "node_group_name"): limits.NODE_GROUP_NAME,
    ("aws_iam_policy", "name"): limits.POLICY_NAME,
    ("aws_iam_role", "name"): limits.ROLE_NAME,
    ("aws_kms_alias", "name"): limits.KEY_ALIAS,
    ("aws_launch_template", "name"): limits.LAUNCH_TEMPLATE_NAME,
    ("aws_lb", "name"): limits.LOAD_BALANCER_NAME,
    ("aws_lb_target_group", "name"): limits.TARGET_GROUP_NAME,
    ("aws_s3_bucket", "bucket"): limits.BUCKET_NAME,
    ("aws_security_group", "name"): limits.SECURITY_GROUP_NAME,
    ("aws_sqs_queue", "name"): limits.QUEUE_NAME,
    ("helm_release", "name"): limits.HELM_RELEASE_NAME,
}


@pytest.fixture(scope="module")
def longest(tmp_path_factory: pytest.TempPathFactory) -> Output:
    """Everything that full.yaml has, with names as long as they may be."""
    full = example("full")
    cluster = full.cluster.model_copy(
        update={
            "name": "c" * limits.CLUSTER_NAME,
            "node_groups": {"g" * 40: NodeGroup()},
        }
    )
    # With a longer name its state bucket has no room for those of its logs, which a rule refuses.
    settings = full.model_copy(update={"name": "e" * 19, "cluster": cluster})
    assert problems(settings) == []
    return synthesized_output(tmp_path_factory.mktemp("longest"), settings)


@pytest.mark.parametrize(("type_", "key"), LIMITS)
def test_no_name_is_longer_than_aws_allows(longest: Output, type_: str, key: str) -> None:
    names = [
        body[key]
        for stack in longest.names
        for body in longest.stack(stack).resources(type_).values()
        if key in body
    ]
    assert names
    assert all(len(name) <= LIMITS[type_, key] for name in names), names


def test_no_resource_has_more_tags_than_aws_allows(longest: Output) -> None:
    for stack in longest.names:
        [provider, *_] = longest.stack(stack).json["provider"]["aws"]
        everywhere = provider["default_tags"][0]["tags"]
        for _, id_, body in longest.stack(stack):
            tags = body.get("tags") or {}
            if isinstance(tags, dict):
                assert len({**everywhere, **tags}) <= limits.TAGS, id_


@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_no_group_has_more_rules_than_aws_allows(longest: Output, direction: str) -> None:
    for stack in longest.names:
        rules = longest.stack(stack).resources(f"aws_vpc_security_group_{direction}_rule")
        counted = Counter(rule["security_group_id"] for rule in rules.values())
        assert all(count <= limits.SECURITY_GROUP_RULES for count in counted.values())

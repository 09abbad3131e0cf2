"""Container images: keys, tags, scanning, lifecycle and access of repositories; caches."""

import json
from pathlib import Path
from typing import Any

import pytest

from config.derived.providers import aws_constraint
from support.account import Made
from support.environments import environment
from support.output import synthesized_output

KEY = "${aws_kms_key.registry_key.arn}"
ENCRYPTED = [{"encryption_type": "KMS", "kms_key": KEY}]
CACHES = {"mirror/quay": {"upstream": "quay.io"}, "k8s": {"upstream": "registry.k8s.io"}}
HUB = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ecr-pullthroughcache/hub-a1B2c3"


def made(**registry: Any) -> Made:
    return Made(registry=registry)


def repository(**settings: Any) -> Made:
    return made(repositories={"shop/web": settings})


def statements(policy: str) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}


def test_a_repository_has_the_registrys_key_immutable_tags_and_scans_by_default() -> None:
    found = repository().one("aws_ecr_repository")
    assert found["name"] == "shop/web"
    assert found["encryption_configuration"] == ENCRYPTED
    assert found["image_tag_mutability"] == "IMMUTABLE"
    assert found["image_scanning_configuration"] == {"scan_on_push": True}
    assert not repository().of("aws_ecr_repository_policy")


def test_some_tags_may_be_moved_with_a_provider_that_knows_it() -> None:
    found = repository(mutable_tags=["latest", "dev-*"]).one("aws_ecr_repository")
    assert found["image_tag_mutability"] == "IMMUTABLE_WITH_EXCLUSION"
    filters = found["image_tag_mutability_exclusion_filter"]
    assert filters == [{"filter": tag, "filter_type": "WILDCARD"} for tag in ("latest", "dev-*")]
    mutable = {"repositories": {"shop/web": {"mutable_tags": ["latest"]}}}
    assert aws_constraint(environment(registry=mutable)) == ">= 6.8, < 7.0"
    assert aws_constraint(environment(registry={"repositories": {"shop/web": {}}})) == (
        aws_constraint(environment())
    )


def test_names_that_differ_in_a_separator_have_different_addresses() -> None:
    names = ["a/b", "a-b", "a_b", "a.b", "lifecycle_a/b"]
    found = made(repositories={name: {} for name in names}).of("aws_ecr_repository")
    assert sorted(each["name"] for each in found.values()) == sorted(names)


def test_rules_of_a_lifecycle_are_applied_in_the_order_of_the_file() -> None:
    rules = [{"tags": "dev-*", "days": 30}, {"tags": "*", "keep": 100}]
    policy = repository(lifecycle={"untagged_days": 7, "rules": rules}).one(
        "aws_ecr_lifecycle_policy"
    )
    selections = [rule["selection"] for rule in json.loads(policy["policy"])["rules"]]
    age = {"countType": "sinceImagePushed", "countUnit": "days"}
    assert selections == [
        {"tagStatus": "untagged", **age, "countNumber": 7},
        {"tagStatus": "tagged", "tagPatternList": ["dev-*"], **age, "countNumber": 30},
        {
            "tagStatus": "tagged",
            "tagPatternList": ["*"],
            "countType": "imageCountMoreThan",
            "countNumber": 100,
        },
    ]
    never = repository(lifecycle={"untagged_days": None})
    assert not never.of("aws_ecr_lifecycle_policy")


def test_other_accounts_pull_and_only_ci_pushes() -> None:
    ci = "arn:aws:iam::123456789012:role/ci"
    policy = repository(
        pull_accounts=["210987654321"], pull_organization="o-a1b2c3d4e5", push_roles=[ci]
    ).one("aws_ecr_repository_policy")["policy"]
    found = statements(policy)
    assert found["Accounts"]["Principal"] == {"AWS": "arn:aws:iam::210987654321:root"}
    assert found["Organization"]["Condition"] == {
        "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}
    }
    assert found["Push"]["Principal"] == {"AWS": ci}
    pushing = {sid for sid, each in found.items() if "ecr:PutImage" in each["Action"]}
    assert pushing == {"Push"}


GITHUB = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"


def ci_role(**settings: Any) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """The statements of a role's trust policy, and those of its policy."""
    role = {"repositories": ["shop/*"], **settings}
    stack = made(repositories={"shop/web": {}, "shop/jobs": {}, "tools": {}}, ci_roles={"ci": role})
    policy = stack.one("aws_iam_role_policy")["policy"]
    return statements(stack.one("aws_iam_role")["assume_role_policy"]), statements(policy)


def test_a_role_of_ci_pushes_to_its_repositories_only() -> None:
    _, found = ci_role(principals=["arn:aws:iam::123456789012:role/build-server"])
    assert found["Token"] == {
        "Sid": "Token",
        "Effect": "Allow",
        "Action": "ecr:GetAuthorizationToken",
        "Resource": "*",
    }
    assert found["Images"]["Resource"] == [
        "arn:aws:ecr:eu-west-1:123456789012:repository/shop/jobs",
        "arn:aws:ecr:eu-west-1:123456789012:repository/shop/web",
    ]
    assert "ecr:PutImage" in found["Images"]["Action"]
    assert not [action for action in found["Images"]["Action"] if "*" in action]


def test_jobs_assume_a_role_of_ci_by_subject_and_audience() -> None:
    main = "repo:example/shop:ref:refs/heads/main"
    issuer = "token.actions.githubusercontent.com"
    audience = {f"{issuer}:aud": "sts.amazonaws.com"}
    [exact] = ci_role(oidc={"provider": GITHUB, "subjects": [main]})[0].values()
    assert exact["Principal"] == {"Federated": GITHUB}
    assert exact["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert exact["Condition"] == {"StringEquals": {**audience, f"{issuer}:sub": main}}
    tags = "repo:example/shop:ref:refs/tags/*"
    [pattern] = ci_role(oidc={"provider": GITHUB, "subjects": [tags]})[0].values()
    assert pattern["Condition"] == {
        "StringEquals": audience,
        "StringLike": {f"{issuer}:sub": tags},
    }


def test_principals_assume_a_role_of_ci() -> None:
    server = "arn:aws:iam::210987654321:role/build-server"
    [found] = ci_role(principals=[server])[0].values()
    assert (found["Principal"], found["Action"]) == ({"AWS": server}, "sts:AssumeRole")
    assert "Condition" not in found


def test_the_arns_of_the_roles_of_ci_are_an_output() -> None:
    server = "arn:aws:iam::210987654321:role/build-server"
    role = {"repositories": ["tools"], "principals": [server]}
    stack = made(repositories={"tools": {}}, ci_roles={"build-tools": role})
    arn = "${aws_iam_role.registry_ci_build_tools.arn}"
    assert stack.json["output"]["ci_role_arns"]["value"] == {"build-tools": arn}
    assert stack.one("aws_iam_role")["name"] == "test-registry-build-tools"


def test_a_cache_creates_its_repositories_with_key_tags_and_lifecycle() -> None:
    stack = made(caches=CACHES)
    template = stack.of("aws_ecr_repository_creation_template")["template_mirror__quay"]
    assert template["prefix"] == "mirror/quay"
    assert template["applied_for"] == ["PULL_THROUGH_CACHE"]
    assert template["encryption_configuration"] == ENCRYPTED
    assert template["resource_tags"]["environment"] == "test"
    assert template["lifecycle_policy"]
    rule = stack.of("aws_ecr_pull_through_cache_rule")["cache_mirror__quay"]
    assert rule["upstream_registry_url"] == "quay.io"
    # Otherwise the first pull could create a repository without the key.
    assert rule["depends_on"] == ["aws_ecr_repository_creation_template.template_mirror__quay"]
    assert template["custom_role_arn"] == "${aws_iam_role.registry_templates.arn}"


def test_the_role_of_templates_creates_repositories_of_caches_only() -> None:
    found = statements(made(caches=CACHES).one("aws_iam_role_policy")["policy"])
    assert found["Repositories"]["Resource"] == [
        "arn:aws:ecr:eu-west-1:123456789012:repository/k8s/*",
        "arn:aws:ecr:eu-west-1:123456789012:repository/mirror/quay/*",
    ]
    assert found["Key"]["Resource"] == KEY
    assert not repository().of("aws_iam_role")


def test_only_registries_that_require_credentials_get_them() -> None:
    caches = {"hub": {"upstream": "docker.io", "upstream_prefix": "grafana"}, **CACHES}
    rules = made(caches=caches, upstream_secrets={"docker.io": HUB}).of(
        "aws_ecr_pull_through_cache_rule"
    )
    hub = rules.pop("cache_hub")
    assert hub["credential_arn"] == HUB
    assert hub["upstream_registry_url"] == "registry-1.docker.io"
    assert hub["upstream_repository_prefix"] == "grafana"
    assert not [rule for rule in rules.values() if "credential_arn" in rule]


def test_scanning_of_the_registry_is_left_alone_unless_configured() -> None:
    assert not repository().of("aws_ecr_registry_scanning_configuration")
    basic = made(scanning={"type": "basic"})
    assert basic.one("aws_ecr_registry_scanning_configuration")["scan_type"] == "BASIC"
    assert not basic.of("aws_inspector2_enabler")
    assert not basic.of("aws_kms_key")


@pytest.mark.parametrize("enable", [True, False])
def test_enhanced_scanning_enables_inspector_unless_an_administrator_does(enable: bool) -> None:
    settings = {"type": "enhanced", "frequency": "continuous", "enable_inspector": enable}
    stack = made(scanning=settings)
    [rule] = stack.one("aws_ecr_registry_scanning_configuration")["rule"]
    assert rule["scan_frequency"] == "CONTINUOUS_SCAN"
    assert len(stack.of("aws_inspector2_enabler")) == enable


def test_nodes_may_fill_caches_where_there_are_any(tmp_path: Path) -> None:
    def policies(**settings: Any) -> dict[str, Any]:
        output = synthesized_output(tmp_path / str(len(settings)), environment(**settings))
        found = output.stack("test-cluster").resources("aws_iam_role_policy")
        return {name: body for name, body in found.items() if name.endswith("_caches")}

    assert not policies()
    filling = policies(registry={"caches": CACHES})
    assert set(filling) == {"node_role_caches", "karpenter_node_caches"}
    for each in filling.values():
        [statement] = json.loads(each["policy"])["Statement"]
        assert statement["Action"] == ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
        assert statement["Resource"] == [
            "arn:aws:ecr:eu-west-1:123456789012:repository/k8s/*",
            "arn:aws:ecr:eu-west-1:123456789012:repository/mirror/quay/*",
        ]

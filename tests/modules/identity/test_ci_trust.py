"""Which jobs of the repository of `ci` assume the roles of pipelines."""

import json
from functools import cache

import pytest

from modules.identity.ci_trust import repository_trust
from modules.identity.policy import policy_document
from rules.load import load
from support.iam_evaluator import Check, allowed

ASSUME = "sts:AssumeRoleWithWebIdentity"
GITHUB = "token.actions.githubusercontent.com"
GITLAB = "gitlab.example.com"
NAMED = "repo:example/platform"
IMMUTABLE = "repo:example@1234567/platform@7654321"


@cache
def trust(role: str) -> str:
    """The trust policy of a role of the example."""
    (environment,) = load(["pipelines"])
    return policy_document(*repository_trust(environment, role))


def assumes(role: str, issuer: str, **claims: str) -> bool:
    """Whether a job with these claims assumes a role; STS compares the issuer with the provider."""
    provider = f"arn:aws:iam::123456789012:oidc-provider/{issuer}"
    statements = [
        {key: value for key, value in each.items() if key != "Principal"} | {"Resource": "*"}
        for each in json.loads(trust(role))["Statement"]
        if each["Principal"] == {"Federated": provider}
    ]
    context = {f"{issuer}:{key}": value for key, value in claims.items()}
    return allowed([json.dumps({"Statement": statements})], Check(ASSUME, "*", context))


def github(role: str, context: str, repository: str = IMMUTABLE, **claims: str) -> bool:
    usual = {"aud": "sts.amazonaws.com", "repository_id": "7654321", "ref": "refs/heads/main"}
    return assumes(role, GITHUB, **usual | {"sub": f"{repository}:{context}"} | claims)


def gitlab(role: str, ref: str, project: str = "example/platform", **claims: str) -> bool:
    subject = f"project_path:{project}:ref_type:branch:ref:{ref}"
    return assumes(role, GITLAB, **{"aud": "https://gitlab.example.com", "sub": subject} | claims)


@pytest.mark.parametrize("repository", [NAMED, IMMUTABLE])
def test_both_forms_of_githubs_subjects_are_trusted(repository: str) -> None:
    merge = "refs/pull/7/merge"
    assert github("plan", "pull_request", repository, ref=merge)
    assert github("plan", "ref:refs/heads/main", repository)
    assert github("network", "environment:pipelines-network", repository)
    assert github("cluster", "environment:pipelines-cluster", repository)


def test_jobs_of_another_branch_do_not_apply_even_in_the_environment() -> None:
    for ref in ("refs/heads/mine", "refs/pull/7/merge", "refs/tags/main"):
        assert not github("network", "environment:pipelines-network", ref=ref)


def test_a_role_is_for_its_own_environment_and_pull_requests_do_not_apply() -> None:
    assert not github("network", "environment:pipelines-cluster")
    assert not github("cluster", "environment:pipelines-network")
    for context in ("pull_request", "ref:refs/heads/main"):
        assert not github("network", context)
    assert not github("plan", "environment:pipelines-network")
    assert not github("plan", "ref:refs/heads/mine")


def test_other_repositories_are_refused_forks_and_those_that_take_the_name_later() -> None:
    for repository in (
        "repo:other/platform",
        "repo:example/other",
        "repo:example@1/platform@7654321",
        "repo:example@1234567/platform@1",
        "repo:fork@99/platform@100",
    ):
        assert not github("plan", "pull_request", repository)
        assert not github("network", "environment:pipelines-network", repository)
    # The name is free again, and another owner has it now: the id is another one.
    assert not github("plan", "pull_request", NAMED, repository_id="999")
    assert not github("network", "environment:pipelines-network", NAMED, repository_id="999")


def test_a_token_without_a_claim_or_for_another_audience_is_refused() -> None:
    assert not github("plan", "pull_request", aud="https://github.com/example")
    assert not assumes("plan", GITHUB, aud="sts.amazonaws.com", sub=f"{NAMED}:pull_request"), (
        "no repository_id"
    )


def test_branches_of_the_gitlab_project_plan_and_the_branch_of_ci_applies() -> None:
    assert gitlab("plan", "a/branch")
    assert gitlab("plan", "main")
    assert gitlab("network", "main")
    assert not gitlab("network", "a/branch")
    assert not gitlab("network", "main2")


def test_forks_and_other_projects_of_gitlab_are_refused() -> None:
    for project in ("fork/platform", "example/platform2", "example/platform/sub", "example"):
        assert not gitlab("plan", "main", project)
        assert not gitlab("network", "main", project)
    assert not gitlab("plan", "main", aud="https://gitlab.com")
    tag = "project_path:example/platform:ref_type:tag:ref:main"
    assert not gitlab("network", "main", sub=tag)
    assert not gitlab("plan", "main", sub=tag)
    assert not assumes("plan", "gitlab.com", aud="https://gitlab.example.com", sub=tag)


def test_no_condition_holds_where_a_claim_is_missing() -> None:
    for role in ("plan", "network", "cluster"):
        assert "ForAllValues" not in trust(role)
        assert "IfExists" not in trust(role)

"""`ci_roles`: the roles of pipelines in the state stack, and the boundary of all others."""

import json
from pathlib import Path
from typing import Any

import pytest

from modules.permissions.tunnel import DOCUMENT
from support.environments import environment, warned
from support.iam_evaluator import Check, allowed
from support.output import Output, synthesized_output

ACCOUNT = "123456789012"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/pipelines-boundary"
GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
STACKS = ("network", "edge", "cluster", "platform")


def test_the_state_stack_has_the_roles_and_what_they_may(output: Output) -> None:
    state = output.stack("pipelines-state")
    arns = state.json["output"]["ci_role_arns"]["value"]
    assert set(arns) == {"plan", "network", "cluster", "audit", "build-server"}
    roles = state.resources("aws_iam_role")
    jobs, server = (
        json.loads(roles[name]["assume_role_policy"])["Statement"]
        for name in ("ci_audit", "ci_build_server")
    )
    assert jobs[0]["Principal"] == {"Federated": GITHUB}
    assert jobs[0]["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": (
                "repo:example@1234567/audit@7654322:ref:refs/heads/main"
            ),
        }
    }
    assert server[0]["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:role/build-server"}
    attached = state.resources("aws_iam_role_policy_attachment").values()
    assert {each["role"] for each in attached} == {
        f"${{aws_iam_role.{name}.name}}" for name in roles if name.startswith("ci_")
    }
    assert len(attached) == len(
        [name for name in state.resources("aws_iam_policy") if name.startswith("ci_")]
    )


def test_the_state_stack_makes_the_oidc_providers_that_the_roles_trust(output: Output) -> None:
    providers = output.stack("pipelines-state").resources("aws_iam_openid_connect_provider")
    found = {name: (each["url"], each["client_id_list"]) for name, each in providers.items()}
    assert found == {
        "ci_github": ("https://token.actions.githubusercontent.com", ["sts.amazonaws.com"]),
        "ci_gitlab": ("https://gitlab.example.com", ["https://gitlab.example.com"]),
    }


def test_a_provider_that_another_environment_made_is_looked_up(tmp_path: Path) -> None:
    loaded = environment(
        ci={"github": {"repository": "acme/shop", "owner_id": 1, "repository_id": 2}},
        ci_roles={"plan": {"access": "plan"}},
    )
    state = synthesized_output(tmp_path, loaded).stack("test-state")
    found = state.json["data"]["aws_iam_openid_connect_provider"]["ci_github"]
    assert found["url"] == "https://token.actions.githubusercontent.com"
    assert state.resources("aws_iam_openid_connect_provider") == {}


def test_roles_of_the_platform_stack_may_open_tunnels_and_no_shell(output: Output) -> None:
    policies = output.stack("pipelines-state").resources("aws_iam_policy")
    place = f"eu-west-1:{ACCOUNT}"
    node = f"arn:aws:ec2:{place}:instance/i-1"
    ours = {"ssm:resourcetag/environment": "pipelines"}
    named = ours | {"ssm:sessiondocumentaccesscheck": "true"}
    for role, opens in {"plan": True, "cluster": True, "network": False, "audit": False}.items():
        texts = [
            body["policy"] for name, body in policies.items() if name.startswith(f"ci_{role}_")
        ]

        def may(action: str, resource: str, context: dict[str, str], of: list[str] = texts) -> bool:
            return allowed(of, Check(action, resource, context))

        forwarding = f"arn:aws:ssm:eu-west-1::document/{DOCUMENT}"
        assert may("ssm:StartSession", forwarding, {}) is opens, role
        assert may("ssm:StartSession", node, named) is opens, role
        session = f"arn:aws:ssm:{place}:session"
        end = "ssm:TerminateSession"
        assert may(end, f"{session}/eks-platform-pipelines-1", {}) is opens, role
        # Without the check of the document a session is a shell on the node.
        assert not may("ssm:StartSession", node, ours | {"ssm:sessiondocumentaccesscheck": "false"})
        assert not may("ssm:StartSession", node, named | {"ssm:resourcetag/environment": "other"})
        shell = "arn:aws:ssm:eu-west-1::document/SSM-SessionManagerRunShell"
        assert not may("ssm:StartSession", shell, {})
        assert not may(end, f"{session}/admin-1", {})


def test_runners_in_the_vpc_need_no_tunnel(tmp_path: Path) -> None:
    github = {"repository": "acme/shop", "owner_id": 1, "repository_id": 2}
    loaded = environment(
        ci={"github": github, "tunnel": False}, ci_roles={"plan": {"access": "plan"}}
    )
    state = synthesized_output(tmp_path, loaded).stack("test-state")
    assert "ssm:StartSession" not in str(state.resources("aws_iam_policy"))


@pytest.mark.parametrize("stack", STACKS)
def test_every_role_that_a_pipeline_makes_has_the_boundary(output: Output, stack: str) -> None:
    roles = output.stack(f"pipelines-{stack}").resources("aws_iam_role")
    assert {body.get("permissions_boundary") for body in roles.values()} <= {BOUNDARY}
    # Without a role that applies, nothing changes.
    for body in output.stack(f"dev-{stack}").resources("aws_iam_role").values():
        assert "permissions_boundary" not in body


def test_roles_of_the_platform_stack_reach_kubernetes(output: Output) -> None:
    cluster = output.stack("pipelines-cluster")
    policies = {
        body["principal_arn"]: body["policy_arn"].rpartition("/")[2]
        for name, body in cluster.resources("aws_eks_access_policy_association").items()
        if name.startswith("access_ci_")
    }
    entry = "${{aws_eks_access_entry.access_ci_{}.principal_arn}}"
    assert policies == {
        entry.format("plan"): "AmazonEKSAdminViewPolicy",
        entry.format("cluster"): "AmazonEKSClusterAdminPolicy",
    }
    entries = cluster.resources("aws_eks_access_entry")
    arn = f"arn:aws:iam::{ACCOUNT}:role/pipelines-ci-plan"
    assert entries["access_ci_plan"]["principal_arn"] == arn


def test_a_role_for_one_stack_may_nothing_of_another(output: Output) -> None:
    policies = output.stack("pipelines-state").resources("aws_iam_policy")
    network = " ".join(body["policy"] for name, body in policies.items() if "_network_" in name)
    assert "ec2:CreateVpc" in network
    assert "eks:CreateCluster" not in network
    assert "pipelines/cluster.tfstate" not in network


def test_a_region_without_the_stack_of_a_role_has_no_such_role(tmp_path_factory: Any) -> None:
    server = [f"arn:aws:iam::{ACCOUNT}:role/build-server"]
    role = {"access": "apply", "stacks": ["account"], "principals": server}
    folder = tmp_path_factory.mktemp("none")
    state = synthesized_output(folder, environment(ci_roles={"account": role})).stack("test-state")
    assert state.json["output"]["ci_role_arns"]["value"] == {}


def test_what_is_unwise_is_warned_of() -> None:
    def role(access: str, subject: str) -> dict[str, Any]:
        return {"access": access, "oidc": {"provider": GITHUB, "subjects": [subject]}}

    found = warned(
        ci_roles={
            "open": role("apply", "repo:acme@1/shop@2:pull_request"),
            "named": role("apply", "repo:acme/shop:environment:prod"),
            "plans": role("plan", "repo:acme@1/shop@2:pull_request"),
        },
        ci={"github": {"repository": "acme/shop", "owner_id": 1, "repository_id": 2}},
    )
    assert found["ci",] == (
        "is a repository whose jobs may do nothing: every role of ci_roles names others"
    )
    mine = {path[1:]: message for path, message in found.items() if path[0] == "ci_roles"}
    assert mine == {
        (
            "open",
            "oidc",
            "subjects",
            0,
        ): ("lets pull requests apply, before anybody has reviewed them"),
        ("named", "oidc", "subjects"): (
            "name repositories without their ids: repositories made since 15 July 2026 send them, "
            "and a name can get another owner"
        ),
    }

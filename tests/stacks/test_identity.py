"""IAM as a security team wants it: path and boundary on all that is made, roles of others (L2)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from config.derived.given_roles import without_given_roles
from config.environment import Environment
from modules.addons.catalog import rendered
from modules.merge import merged
from rules.load import EXAMPLES, load
from runner.manifest import read_manifest
from runner.roles import RoleNeeds, needed_roles, print_roles
from support.environments import environment, example
from support.output import Output, Stack, synthesized_output

BOUNDARY: Final = "arn:aws:iam::123456789012:policy/security/boundary"
PATH: Final = "/company/platform/"

WITH_PATH: Final = ("aws_iam_role", "aws_iam_policy", "aws_iam_instance_profile")

GIVEN: Final = "arn:aws:iam::123456789012:role/security"


def with_identity(folder: Path) -> Path:
    """Copies the examples; each has path and boundary, and no role of others."""
    settings = {"identity": {"path": PATH, "permissions_boundary": BOUNDARY, "roles": None}}
    for file in EXAMPLES.glob("*.yaml"):
        written = yaml.safe_load(file.read_text(encoding="utf-8"))
        if "name" in written:
            written = merged(written, settings)
        (folder / file.name).write_text(json.dumps(written))
    return folder


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> list[Stack]:
    """All stacks of all examples, with path and boundary."""
    environments = load([with_identity(tmp_path_factory.mktemp("environments"))])
    output = synthesized_output(tmp_path_factory.mktemp("out"), *environments)
    return [output.stack(name) for name in output.names]


def iam(stacks: list[Stack], *types: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for stack in stacks:
        for type_, name, body in stack:
            if type_ in types:
                yield f"{stack.path.name}: {type_}.{name}", body


def test_every_role_of_every_example_has_the_boundary(stacks: list[Stack]) -> None:
    roles = dict(iam(stacks, "aws_iam_role"))
    assert len(roles) > 200
    assert [name for name, body in roles.items() if body["permissions_boundary"] != BOUNDARY] == []


def test_every_role_policy_and_instance_profile_of_every_example_has_the_path(
    stacks: list[Stack],
) -> None:
    made = dict(iam(stacks, *WITH_PATH))
    assert {name.split()[1].split(".")[0] for name in made} == set(WITH_PATH)
    assert [name for name, body in made.items() if body.get("path") != PATH] == []


def test_arns_in_policies_and_charts_have_the_path_of_the_role_that_they_name(
    stacks: list[Stack],
) -> None:
    """All roles that the stacks make, and instance profiles; Karpenter's own have their path."""
    names = {body["name"]: body["path"] for _, body in iam(stacks, *WITH_PATH)}
    arns = {
        found
        for stack in stacks
        for found in re.findall(
            r":iam::123456789012:(?:role|policy|instance-profile)(/[\w+=,.@/-]+)", stack.text
        )
    }
    named = {arn for arn in arns if arn.rpartition("/")[2] in names}
    assert len(named) > 20
    assert [arn for arn in named if not arn.startswith(PATH)] == []


def test_given_roles_are_used_and_neither_made_nor_changed(output: Output) -> None:
    cluster = output.stack("given-roles-cluster")
    assert cluster.resources("aws_eks_cluster")["cluster"]["role_arn"] == f"{GIVEN}/eks-cluster"
    groups = cluster.resources("aws_eks_node_group").values()
    assert {group["node_role_arn"] for group in groups} == {f"{GIVEN}/eks-nodes"}
    associations = {
        body["service_account"]: body["role_arn"]
        for stack in ("cluster", "platform")
        for body in output.stack(f"given-roles-{stack}")
        .resources("aws_eks_pod_identity_association")
        .values()
    }
    assert associations["aws-node"] == f"{GIVEN}/vpc-cni"
    assert associations["karpenter"] == f"{GIVEN}/karpenter"
    assert associations["external-secrets"] == f"{GIVEN}/external-secrets"
    made = "\n".join([*cluster.addresses, *output.stack("given-roles-platform").addresses])
    for role in ("cluster_role", "node_role", "karpenter_controller", "vpc_cni_role"):
        assert not re.search(rf"^aws_iam_role(_policy_attachment)?\.{role}", made, re.MULTILINE)
    # EKS makes the access entry for nodes of managed node groups, and refuses a second one.
    assert "aws_eks_access_entry.karpenter_node_access" not in made


def needs(settings: Environment, folder: Path) -> dict[str, RoleNeeds]:
    """What `make roles` prints, by key."""
    synthesized_output(folder, *without_given_roles([settings]))
    return {each.key: each for each in needed_roles(settings, read_manifest(folder))}


def test_karpenter_passes_the_given_role_of_nodes_to_its_machines(tmp_path: Path) -> None:
    settings = environment(identity={"roles": {"nodes": f"{GIVEN}/eks-nodes"}})
    manifests = rendered(settings)["karpenter-resources"].manifests
    classes = [each["spec"] for each in manifests if each["kind"] == "EC2NodeClass"]
    assert {each["role"] for each in classes} == {"eks-nodes"}
    made = needs(settings, tmp_path)["karpenter"].policies.values()
    statements = [each for policy in made for each in policy["Statement"]]
    passed = [each["Resource"] for each in statements if each["Action"] == "iam:PassRole"]
    assert passed == [f"{GIVEN}/eks-nodes"]


def test_what_a_given_role_must_hold_is_what_would_be_made_without_it(
    output: Output, tmp_path: Path
) -> None:
    needed = needs(example("given-roles"), tmp_path)
    assert needed["cluster"].given == f"{GIVEN}/eks-cluster"
    assert needed["cluster"].managed_policies == [
        "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
        "arn:aws:iam::aws:policy/AmazonEKSVPCResourceController",
    ]
    assert needed["nodes"].trust["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}
    cni = needed["addons.vpc-cni"].trust["Statement"][0]
    assert cni["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    tag = "aws:RequestTag/kubernetes-service-account"
    assert cni["Condition"]["StringEquals"][tag] == "aws-node"
    made = {
        f"addons.{id_.removesuffix('_role').replace('_', '-')}": body
        for stack in ("cluster", "platform")
        for id_, body in output.stack(f"given-roles-{stack}").resources("aws_iam_role").items()
        if id_.endswith("_role")
    }
    assert made.keys() <= needed.keys()
    for key, body in made.items():
        assert needed[key].given is None
        assert needed[key].trust == json.loads(body["assume_role_policy"])


def test_the_command_prints_each_role_as_json(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`jq` reads its standard output; the previous output of a synthesis stays as it is."""
    monkeypatch.setenv("CDKTF_OUTDIR", "/nonexistent")
    print_roles(str(EXAMPLES / "given-roles.yaml"), print)
    printed = json.loads(capfd.readouterr().out)
    assert printed["cluster"]["given"] == f"{GIVEN}/eks-cluster"
    assert printed["addons.external-secrets"]["policies"].keys() == {
        "given-roles-external-secrets-read"
    }
    assert printed["addons.aws-ebs-csi-driver"]["given"] is None

"""Whatever EKS answers once, two more applies at most end with an empty plan."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import emulator
from support.live_cluster import LiveCluster

pytestmark = pytest.mark.terraform

WRITES: Final = (
    "CreateCluster",
    "CreateAddon",
    "CreateNodegroup",
    "CreateAccessEntry",
    "AssociateAccessPolicy",
    "CreatePodIdentityAssociation",
)
"""Every write by which the stack makes something of EKS."""

ERRORS: Final = {
    "ThrottlingException": 429,
    "ServerException": 500,
    "ResourceInUseException": 409,
    "InvalidParameterException": 400,
}

MORE_APPLIES: Final = 2


@pytest.fixture(scope="module")
def aws() -> Iterator[emulator.LocalAws]:
    with emulator.start() as running:
        yield running


def applies_until_settled(live: LiveCluster) -> int:
    """How many applies it takes until one succeeds and the next plan is empty."""
    text = ""
    for number in range(1, MORE_APPLIES + 2):
        code, text = live.apply()
        if code == 0:
            assert live.plan() is None, text
            return number
    pytest.fail(text)


def nothing_is_there_twice(live: LiveCluster) -> None:
    """What AWS has is what the state has: nothing was lost, nothing made a second time."""
    eks = live.aws.client("eks", "eu-west-1")
    state = live.check("state", "list").splitlines()

    def in_state(type_: str) -> int:
        return sum(address.startswith(f"{type_}.") for address in state)

    assert len(eks.list_clusters()["clusters"]) == in_state("aws_eks_cluster") == 1
    for listed, type_ in (
        (eks.list_addons(clusterName="test")["addons"], "aws_eks_addon"),
        (eks.list_nodegroups(clusterName="test")["nodegroups"], "aws_eks_node_group"),
        (eks.list_access_entries(clusterName="test")["accessEntries"], "aws_eks_access_entry"),
        (
            eks.list_pod_identity_associations(clusterName="test")["associations"],
            "aws_eks_pod_identity_association",
        ),
    ):
        assert len(listed) == in_state(type_), type_


@pytest.mark.parametrize("code", ERRORS)
def test_one_error_at_each_write_costs_two_more_applies_at_most(
    aws: emulator.LocalAws, tmp_path: Path, code: str
) -> None:
    live = LiveCluster(aws, tmp_path)
    for action in WRITES:
        aws.inject("eks", action, code, status=ERRORS[code])
    applies_until_settled(live)
    assert aws.faults() == []
    nothing_is_there_twice(live)


@pytest.mark.parametrize(
    "moment",
    ["aws_eks_cluster.cluster: Creating", "aws_eks_node_group.node_group_system: Creating"],
)
def test_an_apply_that_is_killed_is_finished_by_the_next(
    aws: emulator.LocalAws, tmp_path: Path, moment: str
) -> None:
    live = LiveCluster(aws, tmp_path)
    process = subprocess.Popen(
        ["terraform", "apply", "-auto-approve", "-input=false", "-no-color"],
        cwd=live.stack.path,
        env=live.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if moment in line:
            # As Ctrl-C does it: Terraform finishes what is under way and saves its state.
            process.send_signal(signal.SIGINT)
            break
    process.stdout.read()
    assert process.wait() != 0
    applies_until_settled(live)
    nothing_is_there_twice(live)

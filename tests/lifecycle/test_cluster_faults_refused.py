"""An error that does not pass by itself is shown, and the next apply goes on from there."""

from collections import Counter
from pathlib import Path

import pytest

from support.live_cluster import EKS_CREATES, LiveCluster
from support.provider import SharedProvider
from tools.emulator import LocalAws

pytestmark = [pytest.mark.terraform, pytest.mark.lifecycle]

LEVELS = (
    ["CreateCluster"],
    ["CreateAddon", "CreateAccessEntry", "CreatePodIdentityAssociation"],
    ["AssociateAccessPolicy", "CreateNodegroup"],
)
"""Every write; those that Terraform sends in parallel in one apply are together."""


@pytest.mark.parametrize(
    ("code", "status"), [("ResourceInUseException", 409), ("InvalidParameterException", 400)]
)
def test_each_write_that_is_refused_once_costs_one_more_apply(
    aws: LocalAws,
    provider: SharedProvider,
    tmp_path: Path,
    undisturbed: "Counter[str]",
    code: str,
    status: int,
) -> None:
    assert {action for level in LEVELS for action in level} == set(EKS_CREATES)
    live = LiveCluster(aws, tmp_path, provider)
    for actions in LEVELS:
        for action in actions:
            aws.inject("eks", action, code, status=status, message=f"refused {action}")
        exit_code, text = live.apply()
        assert exit_code == 1
        for action in actions:
            assert f"{code}: refused {action}" in text.replace("\n", " "), text
        assert aws.faults() == []
    live.check("apply", "-auto-approve", "-input=false")
    live.check_settled()
    live.check_whole(undisturbed)

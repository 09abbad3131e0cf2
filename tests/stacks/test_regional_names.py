"""Names that all regions of an account share carry the region, where the environment says so."""

import re
from pathlib import Path

from config.environment import Environment
from modules.merge import merged
from support.addon_environments import combined
from support.output import synthesized_output

ACCOUNT_WIDE = (
    "aws_iam_role",
    "aws_iam_policy",
    "aws_iam_instance_profile",
    "aws_budgets_budget",
)

FULL = {
    "identity": {"regional_names": True},
    "cluster": {"identity": "irsa", "efs": {"iam": "off"}},
    "platform": {
        "argo_cd": {
            "clusters": {
                "other": {
                    "server": "https://A.gr7.eu-west-1.eks.amazonaws.com",
                    "cluster_name": "other",
                    "certificate_authority": "QUJD" * 20,
                    "role_arn": "arn:aws:iam::210987654321:role/argocd",
                }
            }
        }
    },
}


SERVICE_LINKED = "aws_iam_role aws-service-role/"
"""Roles that AWS makes."""


def account_wide(folder: Path, environment: Environment) -> tuple[set[str], set[str]]:
    """The names, and those of roles of the account that ARNs in the output contain."""
    names: set[str] = set()
    referenced: set[str] = set()
    output = synthesized_output(folder, environment)
    for stack in output.manifest["stacks"]:
        for type_, _, body in output.stack(stack):
            if type_ in ACCOUNT_WIDE:
                names.add(f"{type_} {body['name']}")
        arns = re.findall(
            rf":iam::{environment.account}:role/([\w+=,.@/-]+)", output.stack(stack).text
        )
        referenced |= {f"aws_iam_role {name}" for name in arns}
    admins = {f"aws_iam_role {arn.rpartition('/')[2]}" for arn in environment.admins}
    made_by_aws = {name for name in referenced if name.startswith(SERVICE_LINKED)}
    return names, referenced - admins - made_by_aws


def test_two_regions_of_an_account_share_no_name(tmp_path: Path) -> None:
    here = combined(["full"], **FULL)
    there = here.model_copy(update={"region": "eu-west-3"})
    names, referenced = account_wide(tmp_path / "here", here)
    others, _ = account_wide(tmp_path / "there", there)
    assert len(names) > 30
    assert not names & others
    assert referenced - names == set()
    assert "aws_iam_role full-argocd-server-eu-west-1" in names


def test_names_are_the_same_as_before_where_it_does_not(tmp_path: Path) -> None:
    plain = combined(["full"], **merged(FULL, {"identity": {"regional_names": False}}))
    names, referenced = account_wide(tmp_path, plain)
    assert not [name for name in names if "eu-west-1" in name]
    assert {"aws_iam_role full-cluster", "aws_iam_role KarpenterNodeRole-full"} <= names
    assert referenced - names == set()

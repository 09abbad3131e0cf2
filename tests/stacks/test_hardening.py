"""The answers to CIS EKS and to the guide of NSA and CISA hold for the synthesized output (J8)."""

from typing import Any

import pytest

from support.hardening import CHECKS, Example
from support.output import Output
from tools.docs.hardening_page import Row, sheets

ROWS = [row for rows in sheets().values() for row in rows]

EXAMPLES = {"images_are_scanned": "registry", "registry_access": "registry"}
"""Examples that use the setting of an answer; the others are checked in `full`, which has teams."""

IN_PROD = {
    row.check
    for row in ROWS
    if row.answer == "met" and row.check not in {"boundaries", "memory_limits"}
}
"""What is met without teams and options; in prod no team has roles, quotas or limit ranges."""

OF_TEAMS = {
    "no_escalation",
    "no_node_proxy",
    "no_volumes",
    "team_roles_are_bound_in_namespaces",
}
"""Checks that need a role or a binding."""


@pytest.mark.parametrize("row", [row for row in ROWS if row.check], ids=lambda row: row.id)
def test_an_answer_holds(output: Output, row: Row) -> None:
    example = EXAMPLES.get(row.check, "full")
    assert CHECKS[row.check](Example(output, example)), f"{row.id} in {example}: {row.check}"


@pytest.mark.parametrize("check", sorted(IN_PROD - OF_TEAMS))
def test_what_is_met_is_met_with_the_defaults(output: Output, check: str) -> None:
    assert CHECKS[check](Example(output, "prod"))


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_an_answer_does_not_hold_where_what_it_is_about_is_missing(
    output: Output, check: str
) -> None:
    assert not CHECKS[check](Example(output, "none"))


class Changed(Example):
    """An example with other resources of a type, for checks that have to notice."""

    def __init__(self, output: Output, type_: str, **changes: Any) -> None:
        super().__init__(output, "full")
        self._type, self._changes = type_, changes

    def all(self, stack: str, type_: str) -> list[Any]:
        found = super().all(stack, type_)
        if type_ != self._type:
            return found
        return [{**each, **self._changes} for each in found]


@pytest.mark.parametrize(
    ("check", "type_", "changes"),
    [
        ("control_plane_logs", "aws_eks_cluster", {"enabled_cluster_log_types": ["audit"]}),
        ("logs_are_kept", "aws_cloudwatch_log_group", {"retention_in_days": 7}),
        ("access_by_entries", "aws_eks_access_entry", {"kubernetes_groups": ["system:masters"]}),
        (
            "default_accounts_have_no_token",
            "kubernetes_default_service_account_v1",
            {"automount_service_account_token": True},
        ),
        ("secrets_are_encrypted", "aws_kms_key", {"enable_key_rotation": False}),
        ("private_api", "aws_eks_cluster", {"vpc_config": {"endpoint_public_access": True}}),
        ("private_nodes", "aws_subnet", {"map_public_ip_on_launch": True}),
        (
            "policies_are_enforced",
            "aws_eks_addon",
            {"configuration_values": '{"enableNetworkPolicy": "false"}'},
        ),
        ("tls_at_the_front_door", "aws_lb_listener", {"protocol": "HTTP"}),
        ("pod_security", "kubernetes_namespace_v1", {"metadata": {"name": "shop", "labels": {}}}),
        ("own_roles", "aws_eks_pod_identity_association", {"role_arn": "one"}),
    ],
)
def test_a_check_notices_a_change(
    output: Output, check: str, type_: str, changes: dict[str, Any]
) -> None:
    assert CHECKS[check](Example(output, "full"))
    assert not CHECKS[check](Changed(output, type_, **changes))


def test_every_recommendation_has_one_answer_and_every_check_holds_one() -> None:
    numbers = {name: len(rows) for name, rows in sheets().items()}
    assert list(numbers.values()) == [50, 26]
    assert len({row.id for row in ROWS}) == len(ROWS)
    assert {row.check for row in ROWS if row.check} == set(CHECKS)

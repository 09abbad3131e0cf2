"""checkov finds nothing in the synthesized stacks (J1), and finds what is broken on purpose."""

import subprocess
from typing import Any

import pytest

from support.scanners import Change, changed, install_scanners
from tools.security import checkov, suppressions
from tools.security.checkov import ScannerError, Target
from tools.security.finding import Finding

TRY_TO_CONNECT = """
import io, runpy, socket, sys
sys.stdin = io.StringIO("{}")
runpy.run_path(sys.argv[1], run_name="__main__")
socket.create_connection(("127.0.0.1", 9), timeout=1)
"""

Stacks = dict[str, dict[str, Any]]


def rule_from_anywhere(port: int) -> Change:
    """Opens a port beside the one by which the control plane reaches webhooks."""

    def change(resources: dict[str, Any]) -> None:
        rules = resources["aws_vpc_security_group_ingress_rule"]
        opened = dict(rules["node_from_control_plane_443"])
        opened.pop("referenced_security_group_id")
        opened.update(cidr_ipv4="0.0.0.0/0", from_port=port, to_port=port)
        rules[f"node_from_anywhere_{port}"] = opened

    return change


def everything_allowed(resources: dict[str, Any]) -> None:
    policy = resources["aws_iam_policy"]["karpenter_controller_eks_integration"]
    policy["policy"] = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    )


BROKEN: dict[str, tuple[str, Change, str, str]] = {
    "encryption": (
        "prod-state",
        lambda r: r["aws_s3_bucket_server_side_encryption_configuration"].pop("state_encryption"),
        "CKV_AWS_145",
        "aws_s3_bucket.state",
    ),
    "rotation": (
        "prod-cluster",
        lambda r: r["aws_kms_key"]["cluster_key"].update(enable_key_rotation=False),
        "CKV_AWS_7",
        "aws_kms_key.cluster_key",
    ),
    "secrets": (
        "prod-cluster",
        lambda r: r["aws_eks_cluster"]["cluster"].pop("encryption_config"),
        "CKV_AWS_58",
        "aws_eks_cluster.cluster",
    ),
    "metadata": (
        "prod-cluster",
        lambda r: r["aws_launch_template"]["launch_template_system"].pop("metadata_options"),
        "CKV_AWS_79",
        "aws_launch_template.launch_template_system",
    ),
    "ssh": (
        "prod-cluster",
        rule_from_anywhere(22),
        "CKV_AWS_24",
        "aws_vpc_security_group_ingress_rule.node_from_anywhere_22",
    ),
    "http": (
        "prod-cluster",
        rule_from_anywhere(80),
        "CKV_AWS_260",
        "aws_vpc_security_group_ingress_rule.node_from_anywhere_80",
    ),
    "wildcards": (
        "prod-cluster",
        everything_allowed,
        "CKV_AWS_63",
        "aws_iam_policy.karpenter_controller_eks_integration",
    ),
    "flow-logs": (
        "prod-network",
        lambda r: r.pop("aws_flow_log"),
        "CKV2_AWS_11",
        "aws_vpc.vpc",
    ),
}
"""Stack, what to break, and what must be found where."""


@pytest.fixture(scope="module")
def found(scanned_stacks: Stacks) -> list[Finding]:
    """One scan of the stacks, and of a copy of some with all that BROKEN breaks in them."""
    install_scanners()
    broken = {f"broken-{stack}": scanned_stacks[stack] for stack, *_ in BROKEN.values()}
    for stack, change, *_ in BROKEN.values():
        broken[f"broken-{stack}"] = changed(broken[f"broken-{stack}"], change)
    return checkov.scan(
        *(Target(name, "synth", body) for name, body in (scanned_stacks | broken).items())
    )


def test_no_stack_has_a_finding_that_is_not_suppressed(
    found: list[Finding], scanned_stacks: Stacks
) -> None:
    here = [finding for finding in found if finding.stack in scanned_stacks]
    assert [*map(str, suppressions.unsuppressed(here, suppressions.current()))] == []


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_found_and_not_suppressed(found: list[Finding], name: str) -> None:
    stack, _, id_, address = BROKEN[name]
    where = (f"broken-{stack}", id_, address)
    finding = next(f for f in found if (f.stack, f.id, f.address) == where)
    as_itself = Finding(finding.scanner, id_, stack, address, finding.message)
    assert suppressions.unsuppressed([as_itself], suppressions.current()) == [as_itself]


def test_a_file_that_checkov_passes_over_is_an_error(
    stacks: Stacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_scanners()
    monkeypatch.setattr(checkov, "_readable", lambda target: target.document)
    with pytest.raises(ScannerError, match=r"prod-state/synth\.tf\.json: parsing_errors"):
        checkov.scan(Target("prod-state", "synth", stacks["prod-state"]))


def test_checkov_cannot_reach_the_network() -> None:
    install_scanners()
    done = subprocess.run(
        [str(checkov.PYTHON), "-I", "-c", TRY_TO_CONNECT, str(checkov.RUNNER)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "{}"
    assert "OfflineError: checkov tried to connect to ('127.0.0.1', 9)" in done.stderr

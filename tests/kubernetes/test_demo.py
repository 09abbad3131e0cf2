"""`make demo` where a Kubernetes is built: the platform applied to it, and what it refuses."""

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tools.demo.demo import run_demo

pytestmark = [pytest.mark.kubernetes, pytest.mark.terraform]

REFUSALS = {
    "quota": "exceeded quota",
    "pod security": "violates PodSecurity",
    "RBAC": 'cannot list resource "secrets"',
    "Karpenter": "NodePool default",
}


def test_the_platform_is_applied_and_refuses_what_it_has_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever cluster the user has, it is not the demonstration's.
    monkeypatch.setenv("KUBECONFIG", "/dev/null")
    text = StringIO()
    run_demo("dev", Console(file=text, width=400, highlight=False), tmp_path / "demo.log")
    printed = text.getvalue()
    steps = dict(re.findall(r"^(\S.*?) +\d+ s  (.+)$", printed, re.MULTILINE))
    assert steps["platform"].endswith("applied to it in one pass; a second plan: No changes.")
    for name, words in REFUSALS.items():
        assert words in steps[name]
    assert "[platform] No changes." in (tmp_path / "demo.log").read_text()

"""Fixtures of the security tests: the stacks of the examples."""

from typing import Any, Final

import pytest

from support.environments import environment
from support.iam_documents import documents_of, stacks_of
from support.output import Output, synthesized_output
from tools.security.documents import Document

_SCANNED: Final = ("dev", "prod", "full", "isolated", "irsa", "inspection", "tracing")


@pytest.fixture(scope="session")
def stacks(output: Output) -> dict[str, dict[str, Any]]:
    """The Terraform JSON of the examples that together have every stack's options, by stack."""
    return {
        name: body for name, body in stacks_of(output).items() if name.partition("-")[0] in _SCANNED
    }


@pytest.fixture(scope="session")
def scanned_stacks(
    stacks: dict[str, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """The stacks for the scanners, with the edge of an environment that has a domain.

    dev has none. So it serves plain HTTP, and half of a scanner's rules for load balancers would
    report it.
    """
    edge = {
        "hosted_zone": {"id": "Z0123456789ABCDEFGHIJ", "name": "platform.example.com"},
        "domain_names": ["platform.example.com"],
        "waf": {
            "enabled": True,
            "rule_groups": ["ip_reputation", "anonymous_ip", "known_bad_inputs", "common"],
        },
        "deletion_protection": True,
    }
    door = stacks_of(
        synthesized_output(tmp_path_factory.mktemp("door"), environment(name="door", edge=edge))
    )
    others = {name: body for name, body in stacks.items() if not name.endswith("-edge")}
    return others | {"door-edge": door["door-edge"]}


@pytest.fixture(scope="session")
def documents(output: Output) -> list[Document]:
    """Every IAM document of every example."""
    return documents_of(stacks_of(output))

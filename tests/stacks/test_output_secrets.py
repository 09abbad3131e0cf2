"""No secret is in the output: not in Terraform's JSON, not in chart values, not in policies."""

import re
from pathlib import Path
from typing import Any

import pytest

from support.output import Output
from support.secrets import Allowed, strings, suspicion

ALLOWED = Path(__file__).with_name("output_secrets.yaml")


def _findings(value: Any, allowed: Allowed, *root: str) -> list[str]:
    found: list[str] = []
    for path, text in strings(value, root):
        reason = suspicion(path, text)
        name = "/".join(path)
        if reason and not allowed.covers(name, text):
            found.append(f"{name} {reason}")
    return found


def test_no_string_of_any_stack_is_a_secret(output: Output) -> None:
    allowed = Allowed.read(ALLOWED)
    assert output.names
    assert [
        finding
        for name in output.names
        for finding in _findings(output.stack(name).json, allowed, name)
    ] == []


def test_each_exception_has_a_reason_and_a_valid_pattern() -> None:
    allowed = Allowed.read(ALLOWED)
    for pattern, reason in {**allowed.paths, **allowed.values}.items():
        re.compile(pattern)
        assert reason.strip()


@pytest.mark.parametrize(
    "stack",
    [
        {"password": "Tr0ub4dor&3"},
        {"password": "hunter2"},
        {"clientSecret": "0f3k9q2m7x1v8b4n6c5z"},
        {"values": ['{"configs": {"secret": {"githubSecret": "Hunter2"}}}']},
        {"values": ["admin:\n  adminPassword: S3cret!\n"]},
        {"note": "AKIA" + "IOSFODNN7EXAMPLE"},
        {"note": "-----BEGIN RSA " + "PRIVATE KEY-----"},
        {"url": "https://user:hunter2@example.com/"},
        {"api_token": "q8fj2lq0zx7vb3ms9wd6tk1y"},
        {"env": [{"name": "DB_PASSWORD", "value": "Hunter2"}]},
    ],
)
def test_a_secret_is_found_wherever_it_is(stack: dict[str, Any]) -> None:
    assert _findings({"resource": {"x": stack}}, Allowed({}, {})) != []


@pytest.mark.parametrize(
    "stack",
    [
        {"secret": "ingress/front-door-tls"},
        {"password": "${var.x}"},
        {"clientSecret": "$dex.github.clientSecret"},
        {"http_passwd": "$${LOG_STORE_PASS}"},
        {"password": "{{ .password }}"},
        {"privateKeySecretRef": {"name": "letsencrypt"}},
        {"token_url": "https://example.com/token"},
        {"secret": {"create": False}},
    ],
)
def test_a_reference_is_no_secret(stack: dict[str, Any]) -> None:
    assert _findings({"resource": {"x": stack}}, Allowed({}, {})) == []

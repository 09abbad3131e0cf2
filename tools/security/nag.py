"""Runs tf-nag, the AwsSolutions rules, on plans."""

from collections.abc import Mapping
from typing import Any

from tfnag.engine import scan as tfnag_scan
from tfnag.loader import load_document
from tfnag.registry import RULES

from tools.security.checkov import ScannerError
from tools.security.finding import Finding
from tools.security.terraform_json import managed_addresses
from tools.security.translations import for_tfnag


def scan(stack: str, plan: Mapping[str, Any]) -> list[Finding]:
    """Runs every rule that applies.

    Returns:
        What is not compliant or cannot be decided, warnings included, sorted.

    Raises:
        ScannerError: it saw other resources than there are, or no rule applies to any.
    """
    resources, configuration = load_document(for_tfnag(plan))
    seen = {resource.address for resource in resources if resource.mode == "managed"}
    missing = sorted(seen ^ managed_addresses(plan))
    if missing:
        raise ScannerError(f"tf-nag, {stack}: saw other resources than there are: {missing}")
    # A value unknown after an apply stays unknown, so it counts as a finding.
    found = tfnag_scan(resources, configuration, unknown_as="error")
    types = {resource.type for resource in resources}
    if not any(types & set(rule.resource_types) for rule in RULES.values()):
        raise ScannerError(f"tf-nag, {stack}: no rule applies, so none ran")
    return sorted(Finding("tf-nag", f.rule_id, stack, f.address, f.message) for f in found)

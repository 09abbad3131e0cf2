"""Account stacks for tests."""

import json
from typing import Any, Final

from cdktf import App, Testing

from stacks.account import AccountStack
from support.environments import environment

EVERYTHING: Final[dict[str, Any]] = {
    "cost": {
        "emails": ["platform@example.com"],
        "topic": True,
        "budgets": {"month": {"monthly_usd": 1000}, "all": {"monthly_usd": 5000}},
        "anomalies": {"enabled": True},
    },
    "guardduty": {"enabled": True, "organization_members": "new"},
    "backup": {"enabled": True, "copy_region": "eu-central-1", "lock": {"mode": "governance"}},
    "registry": {
        "repositories": {
            "shop/web": {"lifecycle": {"rules": [{"tags": "*", "keep": 100}]}},
            "shop/jobs": {"pull_accounts": ["210987654321"]},
        },
        "caches": {"quay": {"upstream": "quay.io"}, "k8s": {"upstream": "registry.k8s.io"}},
        "scanning": {"type": "basic", "repositories": ["shop/*"]},
    },
}
"""Settings of an environment that has all of it."""


class Made:
    """The account stack of an environment with some settings."""

    def __init__(self, **settings: Any) -> None:
        stack = AccountStack(App(stack_traces=False), environment(**settings))
        self.json: dict[str, Any] = json.loads(Testing.synth(stack))

    def of(self, type_: str) -> dict[str, Any]:
        """The resources of a type by id."""
        return self.json.get("resource", {}).get(type_, {})

    def one(self, type_: str) -> dict[str, Any]:
        """The only resource of a type."""
        [found] = self.of(type_).values()
        return found

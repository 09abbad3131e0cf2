"""ECR: pull-through cache rules, and templates of repositories."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecr import urls

from tools.emulator.gaps.ecr.templates import Templates
from tools.emulator.gaps.moto_hooks import AwsError, attached, serve

_AUTHENTICATED = ("registry-1.docker.io", "ghcr.io", "registry.gitlab.com")
"""Registries that ECR caches with credentials only."""

_GIVEN = (
    "ecrRepositoryPrefix",
    "upstreamRegistryUrl",
    "upstreamRegistry",
    "credentialArn",
    "customRoleArn",
    "upstreamRepositoryPrefix",
)


@dataclass
class _Rules:
    """Cache rules by repository prefix."""

    by_prefix: dict[str, dict[str, Any]] = field(default_factory=dict)


class Ecr(Templates):
    """ECR with pull-through cache rules.

    Source:
    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html
    """

    def create_pull_through_cache_rule(self) -> ActionResult:
        """Answers CreatePullThroughCacheRule; one rule per repository prefix."""
        rules = self._rules()
        prefix = self._get_param("ecrRepositoryPrefix")
        if prefix in rules:
            raise AwsError(
                "PullThroughCacheRuleAlreadyExistsException",
                f"A pull through cache rule with prefix {prefix} already exists",
            )
        given = {name: self._get_param(name) for name in _GIVEN}
        if given["upstreamRegistryUrl"] in _AUTHENTICATED and not given["credentialArn"]:
            raise AwsError(
                "InvalidParameterException",
                f"{given['upstreamRegistryUrl']} needs the credentials of a secret",
            )
        rules[prefix] = {name: value for name, value in given.items() if value is not None} | {
            "registryId": self.current_account,
            "createdAt": utcnow(),
            "updatedAt": utcnow(),
        }
        return ActionResult(rules[prefix])

    def describe_pull_through_cache_rules(self) -> ActionResult:
        """Answers DescribePullThroughCacheRules, for all rules or for the requested prefixes."""
        rules = self._rules()
        wanted = self._get_param("ecrRepositoryPrefixes") or list(rules)
        return ActionResult({"pullThroughCacheRules": [self._rule(prefix) for prefix in wanted]})

    def update_pull_through_cache_rule(self) -> ActionResult:
        """Answers UpdatePullThroughCacheRule, which changes credentials only."""
        rule = self._rule(self._get_param("ecrRepositoryPrefix"))
        for name in ("credentialArn", "customRoleArn"):
            if (value := self._get_param(name)) is not None:
                rule[name] = value
        rule["updatedAt"] = utcnow()
        return ActionResult(rule)

    def delete_pull_through_cache_rule(self) -> ActionResult:
        """Answers DeletePullThroughCacheRule."""
        rule = self._rule(self._get_param("ecrRepositoryPrefix"))
        del self._rules()[rule["ecrRepositoryPrefix"]]
        return ActionResult(rule)

    def _rule(self, prefix: str) -> dict[str, Any]:
        try:
            return self._rules()[prefix]
        except KeyError:
            raise AwsError(
                "PullThroughCacheRuleNotFoundException",
                f"There is no pull through cache rule with prefix {prefix}",
            ) from None

    def _rules(self) -> dict[str, dict[str, Any]]:
        return attached(self.ecr_backend, _Rules).by_prefix


def install() -> None:
    """Puts this class in the place of moto's."""
    serve(urls, Ecr)

"""Pull-through caches of other registries."""

from typing import Final

from cdktf_cdktf_provider_aws.ecr_pull_through_cache_rule import EcrPullThroughCacheRule
from constructs import Construct

from config.environment import Environment
from modules.registry.ids import image_id
from modules.registry.templates import Templates

HOSTS: Final = {"docker.io": "registry-1.docker.io"}
"""Hosts of registries that images name otherwise.
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html"""


def caches(scope: Construct, environment: Environment, templates: Templates) -> None:
    """Makes a rule and a template for each cache."""
    settings = environment.registry
    secrets = {str(upstream): arn for upstream, arn in settings.upstream_secrets.items()}
    for prefix, cache in settings.caches.items():
        template = templates.add(
            prefix,
            "PULL_THROUGH_CACHE",
            description=f"Images of {cache.upstream}",
            immutable_tags=cache.immutable_tags,
            lifecycle=cache.lifecycle,
        )
        EcrPullThroughCacheRule(
            scope,
            image_id("cache", prefix),
            ecr_repository_prefix=prefix,
            upstream_registry_url=HOSTS.get(cache.upstream, cache.upstream),
            upstream_repository_prefix=cache.upstream_prefix,
            credential_arn=secrets.get(cache.upstream),
            # A repository that is created without its template has another key for good.
            depends_on=[template],
        )

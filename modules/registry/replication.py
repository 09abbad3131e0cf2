"""Replication of images to the registry of another region (`replication.images`)."""

from cdktf_cdktf_provider_aws.ecr_replication_configuration import (
    EcrReplicationConfiguration,
    EcrReplicationConfigurationReplicationConfiguration,
    EcrReplicationConfigurationReplicationConfigurationRule,
    EcrReplicationConfigurationReplicationConfigurationRuleDestination,
    EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter,
)
from constructs import Construct

from config.derived import replication
from config.environment import Environment
from modules.registry.templates import Templates


def replicated(scope: Construct, environment: Environment) -> None:
    """Makes the registry's replication configuration, of which an account has one in each region.

    ECR needs no permission of the account for itself.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html
    """
    region = replication.destination_region(environment)
    if region is None or not replication.sends_images(environment):
        return
    EcrReplicationConfiguration(
        scope,
        "registry_replication",
        replication_configuration=EcrReplicationConfigurationReplicationConfiguration(
            rule=[
                EcrReplicationConfigurationReplicationConfigurationRule(
                    destination=[
                        EcrReplicationConfigurationReplicationConfigurationRuleDestination(
                            region=region, registry_id=environment.account
                        )
                    ],
                    repository_filter=[
                        EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter(
                            filter=each, filter_type="PREFIX_MATCH"
                        )
                        for each in replication.image_filters(environment)
                    ],
                )
            ]
        ),
    )


def received(environment: Environment, templates: Templates) -> None:
    """Makes the templates of repositories that ECR makes for images of the other region.

    Without a template they would have no customer managed key, mutable tags and no lifecycle.
    """
    images = environment.replication.images
    if replication.receives_images(environment):
        for prefix in images.prefixes:
            templates.add(
                prefix,
                "REPLICATION",
                description=f"Images of {replication.source_region(environment)}",
                immutable_tags=images.immutable_tags,
                lifecycle=images.lifecycle,
            )

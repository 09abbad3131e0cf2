"""Scanning of all repositories of the account and region."""

from cdktf_cdktf_provider_aws.ecr_registry_scanning_configuration import (
    EcrRegistryScanningConfiguration,
    EcrRegistryScanningConfigurationRule,
    EcrRegistryScanningConfigurationRuleRepositoryFilter,
)
from cdktf_cdktf_provider_aws.inspector2_enabler import Inspector2Enabler
from constructs import Construct

from config.environment import Environment


def scanning(scope: Construct, environment: Environment) -> None:
    """Configures the registry, and enables Amazon Inspector where it scans."""
    settings = environment.registry.scanning
    inspector = []
    if settings.type == "enhanced" and settings.enable_inspector:
        enabler = Inspector2Enabler(
            scope, "registry_inspector", account_ids=[environment.account], resource_types=["ECR"]
        )
        inspector = [enabler]
    frequency = "CONTINUOUS_SCAN" if settings.frequency == "continuous" else "SCAN_ON_PUSH"
    EcrRegistryScanningConfiguration(
        scope,
        "registry_scanning",
        scan_type=settings.type.upper(),
        rule=[
            EcrRegistryScanningConfigurationRule(
                scan_frequency=frequency,
                repository_filter=[
                    EcrRegistryScanningConfigurationRuleRepositoryFilter(
                        filter=name, filter_type="WILDCARD"
                    )
                    for name in settings.repositories
                ],
            )
        ],
        depends_on=inspector,
    )

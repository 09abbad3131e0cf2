"""Whether an environment has resources that belong to the account rather than to a cluster."""

from config.derived import replication
from config.environment import Environment


def has_stack(environment: Environment) -> bool:
    """Whether a setting needs the account stack."""
    cost = environment.cost
    return bool(
        cost.topic
        or cost.budgets
        or cost.anomalies.enabled
        or environment.guardduty.enabled
        or environment.backup.enabled
        or environment.registry.has_images
        or environment.registry.scanning.type != "none"
        or replication.sends_images(environment)
        or replication.receives_images(environment)
        or replication.sends_secrets(environment)
    )


def has_registry_key(environment: Environment) -> bool:
    """Whether there are repositories that the registry's key encrypts, or ECR makes some."""
    return environment.registry.has_images or replication.receives_images(environment)

"""The ECR registry of an account and region: repositories, caches, their key, scanning (J1)."""

from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.registry.caches import caches
from modules.registry.ci_roles import ci_roles
from modules.registry.repositories import repository
from modules.registry.scanning import scanning


def registry(scope: Construct, environment: Environment) -> None:
    """Makes what is configured; the key, unless `force_destroy` is set, is kept for the images."""
    settings = environment.registry
    if settings.has_images:
        key = EncryptionKey(
            scope,
            "registry_key",
            environment,
            alias=names.registry_key_alias(environment),
            description=f"Container images of {environment.name}",
            prevent_destroy=not settings.force_destroy,
        )
        for name in settings.repositories:
            repository(scope, environment, name, key)
        caches(scope, environment, key)
        ci_roles(scope, environment)
    if settings.scanning.type != "none":
        scanning(scope, environment)

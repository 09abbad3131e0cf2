"""The ECR registry of an account and region: repositories, caches, copies, key, scanning (J1)."""

from constructs import Construct

from config.derived import account, names, replication
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.registry.caches import caches
from modules.registry.ci_roles import ci_roles
from modules.registry.replication import received, replicated
from modules.registry.repositories import repository
from modules.registry.scanning import scanning
from modules.registry.templates import Templates


def registry(scope: Construct, environment: Environment) -> None:
    """Makes what is configured; the key, unless `force_destroy` is set, is kept for the images."""
    settings = environment.registry
    if account.has_registry_key(environment):
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
        _repositories_of_ecr(scope, environment, key)
        ci_roles(scope, environment)
    replicated(scope, environment)
    if settings.scanning.type != "none":
        scanning(scope, environment)


def _repositories_of_ecr(scope: Construct, environment: Environment, key: EncryptionKey) -> None:
    """Makes the templates of repositories that ECR makes by itself."""
    own = list(environment.registry.caches)
    copied = replication.receives_images(environment)
    prefixes = [*own, *environment.replication.images.prefixes] if copied else own
    if prefixes:
        purpose = " and ".join(["caches"] * bool(own) + ["copies"] * copied)
        templates = Templates(scope, environment, key, prefixes, purpose)
        caches(scope, environment, templates)
        received(environment, templates)

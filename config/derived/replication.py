"""The direction in which data is copied between the regions of a platform."""

from config.derived import routing
from config.environment import Environment


def source_region(environment: Environment) -> str | None:
    """The region that data is copied from; None for a platform in one region."""
    if not environment.regions:
        return None
    return environment.replication.source or routing.primary(environment)


def destination_region(environment: Environment) -> str | None:
    """The region that data is copied to; None where neither a setting nor `regions` says which."""
    if environment.replication.destination is not None:
        return environment.replication.destination
    source = source_region(environment)
    others = [region for region in environment.regions if region != source]
    return others[0] if len(others) == 1 else None


def is_source(environment: Environment) -> bool:
    """Whether data is copied from this environment to another one."""
    return destination_region(environment) is not None and (
        source_region(environment) == environment.region
    )


def is_destination(environment: Environment) -> bool:
    """Whether data is copied from another environment to this one."""
    return destination_region(environment) == environment.region


def source(environment: Environment) -> Environment | None:
    """The environment that data is copied from."""
    return _in_region(environment, source_region(environment))


def destination(environment: Environment) -> Environment | None:
    """The environment that data is copied to."""
    return _in_region(environment, destination_region(environment))


def sends_images(environment: Environment) -> bool:
    """Whether images of this environment's registry are replicated to another one."""
    return environment.replication.images.enabled and is_source(environment)


def receives_images(environment: Environment) -> bool:
    """Whether ECR makes repositories here for images of another region."""
    images = environment.replication.images
    return images.enabled and bool(images.prefixes) and is_destination(environment)


def image_filters(environment: Environment) -> list[str]:
    """The beginnings of the names of the repositories that are replicated, none within another.

    ECR has no filter for a whole name: `shop/web` also selects `shop/web-admin`.
    """
    images = environment.replication.images
    wanted = {*(f"{each}/" for each in images.prefixes), *environment.registry.repositories}
    return sorted(
        each
        for each in wanted
        if not any(each != other and each.startswith(other) for other in wanted)
    )


def takes_part(environment: Environment) -> bool:
    """Whether this environment is source or destination; a third region is neither."""
    return is_source(environment) or is_destination(environment)


def partner(environment: Environment) -> Environment | None:
    """The other one of source and destination; None for an environment that is neither."""
    if is_source(environment):
        return destination(environment)
    return source(environment) if is_destination(environment) else None


def backup_partner(environment: Environment) -> Environment | None:
    """The environment whose backups are copied to this one, and this one's to it."""
    return partner(environment) if environment.replication.velero else None


def file_partner(environment: Environment) -> Environment | None:
    """The environment at the other end of the replication of the shared file system."""
    return partner(environment) if environment.replication.efs else None


def file_destination(environment: Environment) -> Environment | None:
    """The environment that this one's shared file system is replicated to."""
    return file_partner(environment) if is_source(environment) else None


def has_data_stack(environment: Environment) -> bool:
    """Whether a setting needs the data stack."""
    return environment.cluster.efs.stack == "data" or backup_partner(environment) is not None


def secret_prefix(environment: Environment) -> str | None:
    """The beginning of the names of secrets that this region has like the other one."""
    prefix = environment.replication.secrets.prefix
    return prefix if is_source(environment) or is_destination(environment) else None


def sends_secrets(environment: Environment) -> bool:
    """Whether this environment has the key of replicated secrets, and their primary secrets."""
    return environment.replication.secrets.prefix is not None and is_source(environment)


def secret_names(environment: Environment) -> list[str]:
    """The whole names of the secrets that Terraform makes in the source."""
    settings = environment.replication.secrets
    return [f"{settings.prefix}{name}" for name in settings.names if settings.prefix]


def _in_region(environment: Environment, region: str | None) -> Environment | None:
    return next((each for each in environment.siblings if each.region == region), None)

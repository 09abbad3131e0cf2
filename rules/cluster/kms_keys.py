"""Rules of KMS keys: a key is used in its own region.

Another account may own a key, if its policy lets this one use it.
"""

from collections.abc import Iterator

from config.environment import Environment
from config.problem import Path, Problem
from rules.cluster.nodes import groups
from rules.registration import rule


@rule("region", "cluster", "platform")
def keys_are_in_the_region(environment: Environment) -> Iterator[Problem]:
    """Volumes and secrets have keys of their region.

    https://docs.aws.amazon.com/ebs/latest/userguide/how-ebs-encryption-works.html
    """
    for path, arn, use in _keys(environment):
        _, partition, _, region, *_ = arn.split(":")
        if (partition, region) != (environment.partition, environment.region):
            message = f"is a key of another region than the {use}"
            yield Problem(path, message, arn, environment.region)


@rule("cluster")
def volume_key_settings_have_effect(environment: Environment) -> Iterator[Problem]:
    """A key of volumes is given where keys are enabled, and only a key of ours is destroyed."""
    settings, path = environment.cluster.volume_key, ("cluster", "volume_key")
    if settings.arn and not settings.enabled:
        message = "has no effect while cluster.volume_key.enabled is false"
        yield Problem((*path, "arn"), message, settings.arn)
    if settings.arn and settings.force_destroy:
        message = "has no effect: Terraform does not manage the key in cluster.volume_key.arn"
        yield Problem((*path, "force_destroy"), message, settings.force_destroy)


def _keys(environment: Environment) -> Iterator[tuple[Path, str, str]]:
    """The settings with keys, and what the keys encrypt."""
    for path, nodes in groups(environment):
        if nodes.volume_kms_key:
            yield (*path, "volume_kms_key"), nodes.volume_kms_key, "volumes"
    platform: Path = ("platform",)
    if environment.cluster.volume_key.arn:
        yield ("cluster", "volume_key", "arn"), environment.cluster.volume_key.arn, "volumes"
    for name, node_class in environment.platform.karpenter.classes.items():
        if node_class.volume_kms_key:
            path = (*platform, "karpenter", "node_classes", name, "volume_kms_key")
            yield path, node_class.volume_kms_key, "volumes"
    if environment.platform.storage_classes.kms_key:
        path = (*platform, "storage_classes", "kms_key")
        yield path, environment.platform.storage_classes.kms_key, "volumes"
    for index, arn in enumerate(environment.platform.external_secrets.kms_keys):
        yield (*platform, "external_secrets", "kms_keys", index), arn, "secrets"

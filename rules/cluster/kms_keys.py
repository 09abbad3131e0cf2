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


def _keys(environment: Environment) -> Iterator[tuple[Path, str, str]]:
    """The settings with keys, and what the keys encrypt."""
    for path, nodes in groups(environment):
        if nodes.volume_kms_key:
            yield (*path, "volume_kms_key"), nodes.volume_kms_key, "volumes"
    platform: Path = ("platform",)
    for name, node_class in environment.platform.karpenter.classes.items():
        if node_class.volume_kms_key:
            path = (*platform, "karpenter", "node_classes", name, "volume_kms_key")
            yield path, node_class.volume_kms_key, "volumes"
    if environment.platform.storage_classes.kms_key:
        path = (*platform, "storage_classes", "kms_key")
        yield path, environment.platform.storage_classes.kms_key, "volumes"
    for index, arn in enumerate(environment.platform.external_secrets.kms_keys):
        yield (*platform, "external_secrets", "kms_keys", index), arn, "secrets"

"""The KMS key of EBS volumes."""

from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.identity.volume_key import OUTPUT, launchers
from modules.outputs import Output, add_outputs


def volume_key(scope: Construct, environment: Environment) -> None:
    """Makes key and output where no existing key is given; kept unless `force_destroy` is set."""
    settings = environment.cluster.volume_key
    if not settings.created:
        return
    key = EncryptionKey(
        scope,
        "volume_key",
        environment,
        alias=names.volume_key_alias(environment),
        description=f"EBS volumes of {environment.name}",
        services=launchers(environment),
        prevent_destroy=not settings.force_destroy,
    )
    add_outputs(scope, {OUTPUT: Output(key.arn, "Key of EBS volumes")})

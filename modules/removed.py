"""What Terraform leaves in AWS where a feature that holds data is switched off.

Terraform destroys resources that are no longer configured, in spite of `prevent_destroy`. With a
`removed` block it forgets them instead: data and key stay, and with them all that protects them.
Without such a resource in the state the block does nothing.
"""

from collections.abc import Iterator
from typing import Any

from config.derived import account, amp, replication, routing
from config.derived.front_doors import front_doors
from config.environment import Environment
from modules.edge.record_ids import record_id, validated_domains


def removed_blocks(environment: Environment, stack: str) -> list[dict[str, Any]]:
    """The `removed` blocks of a stack, as Terraform JSON.

    Args:
        stack: the stack's name within its environment.

    Source: https://developer.hashicorp.com/terraform/language/resources/syntax#removing-resources
    """
    return [
        {"from": address, "lifecycle": {"destroy": False}}
        for address in _forgotten(environment, stack)
    ]


def _forgotten(environment: Environment, stack: str) -> Iterator[str]:
    if stack == "network":
        yield from _backup_bucket(environment)
        yield from _backup_replica(environment)
        yield from _trace_bucket(environment)
        yield from _volume_key(environment)
        yield from _report_bucket(environment)
        yield from _amp_workspace(environment)
    elif stack == "edge":
        yield from _access_logs(environment)
        yield from _routed_records(environment)
    elif stack == "cluster" or (stack == "data" and environment.cluster.efs.stack == "data"):
        yield from _shared_file_system(environment, stack)
    elif stack == "account":
        yield from _backup_vaults(environment)
        yield from _registry_key(environment)
        yield from _secrets_key(environment)


def _backup_bucket(environment: Environment) -> Iterator[str]:
    velero = environment.platform.velero
    if not velero.enabled and not velero.bucket.force_destroy:
        yield from _addon_bucket("velero")
        yield "aws_s3_bucket_object_lock_configuration.velero_lock"


def _backup_replica(environment: Environment) -> Iterator[str]:
    """Only platforms in several regions have one."""
    kept = environment.regions and not environment.platform.velero.bucket.force_destroy
    if kept and replication.backup_partner(environment) is None:
        yield from _addon_bucket("velero_replica")
        yield "aws_s3_bucket_object_lock_configuration.velero_replica_lock"


def _volume_key(environment: Environment) -> Iterator[str]:
    """Volumes and snapshots are in no state, and keep the key that they were made with."""
    settings = environment.cluster.volume_key
    if not settings.created and not settings.force_destroy:
        yield from _key("volume_key")


def _trace_bucket(environment: Environment) -> Iterator[str]:
    tracing = environment.platform.tracing
    if not tracing.enabled and not tracing.bucket.force_destroy:
        yield from _addon_bucket("traces")


def _report_bucket(environment: Environment) -> Iterator[str]:
    reports = environment.platform.reports
    if not reports.enabled and not reports.bucket.force_destroy:
        yield from _addon_bucket("reports")


def _amp_workspace(environment: Environment) -> Iterator[str]:
    """Its configuration and its log are destroyed: they hold no metrics."""
    if (
        not amp.creates_workspace(environment)
        and not environment.platform.monitoring.amp.force_destroy
    ):
        yield from _key("amp_key")
        yield "aws_prometheus_workspace.amp"


def _access_logs(environment: Environment) -> Iterator[str]:
    written = any(door.writes_access_logs for door in front_doors(environment))
    if environment.edge_protected and not written:
        yield from _bucket("access_logs")


def _routed_records(environment: Environment) -> Iterator[str]:
    """Records that the names and routing stacks have taken over."""
    edge = environment.edge
    if routing.is_routed(environment):
        yield from (f"aws_route53_record.{record_id('alias', name)}" for name in edge.domain_names)
    if routing.shares_certificate(environment):
        for domain in validated_domains(edge):
            yield f"aws_route53_record.{record_id('validation', domain)}"


def _shared_file_system(environment: Environment, stack: str) -> Iterator[str]:
    """Mount targets hold no data, and are destroyed with their security group."""
    efs = environment.cluster.efs
    if (not efs.enabled or efs.stack != stack) and not efs.force_destroy:
        yield from _key("efs_key")
        yield "aws_efs_file_system.efs"
        yield "aws_efs_file_system_policy.efs_policy"
        yield "aws_efs_backup_policy.efs_backup_policy"


def _backup_vaults(environment: Environment) -> Iterator[str]:
    backup = environment.backup
    if backup.force_destroy:
        return
    if not backup.enabled:
        yield from _vault("backup")
    if not backup.enabled or backup.copy_region is None:
        yield from _vault("backup_copy")


def _registry_key(environment: Environment) -> Iterator[str]:
    """The key also encrypts repositories that ECR made by itself, which are in no state."""
    if not account.has_registry_key(environment) and not environment.registry.force_destroy:
        yield from _key("registry_key")


def _secrets_key(environment: Environment) -> Iterator[str]:
    """The key also encrypts secrets that were made without Terraform."""
    if not environment.regions or environment.replication.secrets.force_destroy:
        return
    if not replication.sends_secrets(environment):
        yield from _key("secrets_key")
        yield "aws_kms_replica_key.secrets_replica_key"
        yield "aws_kms_alias.secrets_replica_key_alias"


def _vault(id_: str) -> Iterator[str]:
    yield from _key(f"{id_}_key")
    yield f"aws_backup_vault.{id_}_vault"
    yield f"aws_backup_vault_lock_configuration.{id_}_vault_lock"


def _key(id_: str) -> Iterator[str]:
    yield f"aws_kms_key.{id_}"
    yield f"aws_kms_alias.{id_}_alias"


def _addon_bucket(id_: str) -> Iterator[str]:
    """All that `modules/storage/addon_bucket.py` makes, but for a lock."""
    yield from _key(f"{id_}_key")
    yield from _bucket(id_)
    yield from _bucket(f"{id_}_logs")
    yield f"aws_s3_bucket_logging.{id_}_logging"


def _bucket(id_: str) -> Iterator[str]:
    """All that `modules/storage/bucket.py` makes for every bucket."""
    yield f"aws_s3_bucket.{id_}"
    yield f"aws_s3_bucket_ownership_controls.{id_}_ownership"
    yield f"aws_s3_bucket_public_access_block.{id_}_public_access"
    yield f"aws_s3_bucket_versioning.{id_}_versioning"
    yield f"aws_s3_bucket_server_side_encryption_configuration.{id_}_encryption"
    yield f"aws_s3_bucket_policy.{id_}_policy"
    yield f"aws_s3_bucket_lifecycle_configuration.{id_}_lifecycle"
    yield f"aws_s3_bucket_notification.{id_}_events"

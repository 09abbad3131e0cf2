"""The S3 backend of every stack."""

from cdktf import S3Backend, TerraformStack

from config.derived import names
from config.environment import Environment


def wire_s3_backend(stack: TerraformStack, environment: Environment, name: str) -> None:
    """Configures a stack's own state in the environment's bucket (B3).

    The KMS key is given by the ARN of its alias, which is known before the key exists: with
    `encrypt` alone Terraform would request SSE-S3 instead of the bucket's default.
    """
    lock = environment.state.lock
    backend = S3Backend(
        stack,
        bucket=names.state_bucket(environment),
        key=names.state_object_key(environment, name),
        region=environment.region,
        encrypt=True,
        kms_key_id=names.state_key_alias_arn(environment),
        dynamodb_table=names.state_lock_table(environment) if lock != "s3" else None,
        allowed_account_ids=[environment.account],
    )
    if lock != "dynamodb":
        # The bindings do not have this argument of Terraform 1.10.
        backend.add_override("use_lockfile", True)

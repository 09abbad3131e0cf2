"""The outputs of another stack of the environment, read from its state."""

from cdktf import DataTerraformRemoteStateS3
from constructs import Construct

from config import names
from config.environment import Environment


def remote_state(
    scope: Construct, environment: Environment, stack: str
) -> DataTerraformRemoteStateS3:
    """Reads the state of a stack.

    Args:
        scope: the stack that reads it.
        environment: names the state.
        stack: the stack's name within the environment, which becomes the id.
    """
    return DataTerraformRemoteStateS3(
        scope,
        stack,
        bucket=names.state_bucket(environment),
        key=names.state_object_key(environment, stack),
        region=environment.region,
        # With the table Terraform notices a state that was changed behind its back.
        dynamodb_table=(
            names.state_lock_table(environment) if environment.state.lock != "s3" else None
        ),
    )

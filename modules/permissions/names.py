"""Names of the roles of pipelines."""

from config.derived import names
from config.environment import Environment


def role_name(environment: Environment, name: str) -> str:
    """Name of the IAM role of an entry of `ci_roles`."""
    return names.role(environment, f"{environment.name}-ci-{name}")


def role_arn(environment: Environment, name: str) -> str:
    """ARN of that role, known before it exists."""
    role = role_name(environment, name)
    return f"arn:{environment.partition}:iam::{environment.account}:role/{role}"

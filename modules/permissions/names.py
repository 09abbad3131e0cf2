"""Names of the roles of pipelines."""

from config.derived import names
from config.environment import Environment


def role_name(environment: Environment, name: str) -> str:
    """Name of the IAM role of an entry of `ci_roles`."""
    return names.role(environment, _regional_name(environment, name))


def role_arn(environment: Environment, name: str) -> str:
    """ARN of that role, known before it exists."""
    return names.role_arn(environment, _regional_name(environment, name))


def _regional_name(environment: Environment, name: str) -> str:
    return f"{environment.name}-ci-{name}"

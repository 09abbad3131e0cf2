"""What every check is given."""

from dataclasses import dataclass

from config.environment import Environment
from runner.check.aws import AwsReader
from runner.check.dns import Resolver
from runner.check.needs import Needs
from runner.check.ours import Ours


@dataclass(frozen=True)
class CheckContext:
    """An environment, what it needs, and who answers."""

    environment: Environment
    needs: Needs
    aws: AwsReader
    ours: Ours
    resolver: Resolver

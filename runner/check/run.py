"""Runs the checks."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from config.environment import Environment
from runner.backend.location import Location
from runner.check.aws import AwsReader
from runner.check.catalog import CHECKS, IDENTITY, Check
from runner.check.context import CheckContext
from runner.check.dns import Resolver
from runner.check.finding import Finding, NotCheckedError
from runner.check.needs import Needs
from runner.check.ours import Ours
from runner.manifest import STATE, Stack, select


def check_account(environment: Environment, stacks: Sequence[Stack]) -> list[Finding]:
    """Checks the account of an environment.

    Args:
        environment: the environment.
        stacks: all synthesized stacks; those of other environments are passed over.
    """
    own = [stack for stack in stacks if stack.environment == environment.name]
    return run(context_of(environment, own))


def context_of(
    environment: Environment, stacks: Sequence[Stack], resolver: Resolver | None = None
) -> CheckContext:
    """What the checks of an environment are given.

    Args:
        environment: the environment.
        stacks: its stacks.
        resolver: default: the name servers of this machine.
    """
    return CheckContext(
        environment,
        Needs(stacks),
        AwsReader(environment.region),
        Ours(stacks, Location.of(select(stacks, STATE))),
        resolver or Resolver.of_this_machine(),
    )


def run(context: CheckContext) -> list[Finding]:
    """All findings in the order of the checks, which run in parallel.

    Where the credentials are not those of the account, only that is found.
    """
    found = run_one(IDENTITY, context)
    if any(finding.status == "error" for finding in found):
        return found
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        for more in pool.map(lambda check: run_one(check, context), CHECKS):
            found += more
    return found


def run_one(check: Check, context: CheckContext) -> list[Finding]:
    """The findings of one check."""
    found: list[Finding] = []
    try:
        found += check.find(context)
    except NotCheckedError as error:
        found.append(error.finding(check.name))
    return [replace(finding, check=check.name) for finding in found]

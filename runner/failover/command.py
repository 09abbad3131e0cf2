"""Leads requests away from regions by hand, and back (K2), without Terraform or Route 53's API."""

from collections.abc import Callable, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from runner.backend.location import Location
from runner.check.aws import AwsReader
from runner.errors import RunnerError
from runner.failover.readiness import as_json, cannot_serve, line, readiness
from runner.failover.regions import chosen
from runner.failover.standby import Standby
from runner.failover.switch import AWAY, NORMAL, Switch, switches
from runner.manifest import Stack
from runner.regions.choice import region_code

Confirm = Callable[[str], bool]
Say = Callable[[str], None]


def failover(stacks: Sequence[Stack], to: str, *, force: bool, confirm: Confirm, say: Say) -> None:
    """Leads all requests to one region, after a check whether it can serve them.

    Args:
        stacks: the stacks of all regions.
        to: code or name of the region, or name of its environment.
        force: go on although that region looks unable to serve.

    Raises:
        RunnerError: there is no such region or no switch, or the region cannot serve.
        ClientError: AWS rejected a call.
    """
    standby = _standby(stacks, to)
    others = [each for each in standby.switches.found if each.region != region_code(standby.edge)]
    if not others:
        raise RunnerError(
            f"No region can be turned off in favour of {standby.name}: there is no applied "
            "switch. Two regions with Application Load Balancers and routing.policy have one each."
        )
    findings = readiness(standby)
    for finding in findings:
        say(f"{standby.name}: {line(finding)}")
    if cannot_serve(findings) and not force:
        raise RunnerError(
            f"{standby.name} cannot serve. Nothing was changed. --force goes on regardless."
        )
    _turn(others, AWAY, f"Requests go to {standby.name} only.", confirm, say)


def check_standby(stacks: Sequence[Stack], to: str, *, json: bool, say: Say) -> bool:
    """Only checks whether a region can serve; returns whether it can.

    Args:
        stacks: the stacks of all regions.
        to: code or name of the region, or name of its environment.
        json: print JSON.

    Raises:
        RunnerError: there is no such region.
    """
    standby = _standby(stacks, to)
    findings = readiness(standby)
    if json:
        say(as_json(standby, findings))
    else:
        for finding in findings:
            say(f"{standby.name}: {line(finding)}")
    return not cannot_serve(findings)


def failback(stacks: Sequence[Stack], *, confirm: Confirm, say: Say) -> None:
    """Turns all switches off, so that health alone decides.

    Raises:
        RunnerError: no switch is applied.
        ClientError: AWS rejected a call.
    """
    known = switches(stacks)
    for environment, reason in known.unread.items():
        say(f"Switches in {environment} stay as they are: its state cannot be read: {reason}")
    if not known.found:
        raise RunnerError("There is no applied switch.")
    _turn(
        known.found, NORMAL, "Route 53 leads requests by the health of the regions.", confirm, say
    )


def _standby(stacks: Sequence[Stack], to: str) -> Standby:
    edge = chosen(stacks, to)
    return Standby(edge, stacks, switches(stacks), AwsReader(Location.of(edge).region))


def _turn(switches: Sequence[Switch], status: str, effect: str, confirm: Confirm, say: Say) -> None:
    changed: list[Switch] = []
    failures: list[Exception] = []
    for each in switches:
        try:
            before = each.status
        except (BotoCoreError, ClientError) as error:
            say(f"Switch of {each.region}: cannot be read in {each.location.region}: {error}")
            failures.append(error)
            continue
        if before != status:
            changed.append(each)
            say(f"Switch of {each.region}: status {before} -> {status}, in {each.location.region}")
    if not changed:
        if failures:
            raise failures[0]
        say(f"Nothing to change. {effect}")
        return
    if not confirm("Change it?"):
        say("Nothing was changed.")
        return
    for each in changed:
        each.set(status)
    say(f"{effect} Route 53 follows when its health checks have changed.")

"""Which upgrade is asked for, and whether it is one: the minors."""

from dataclasses import dataclass

from config import versions
from config.derived.node_version import minor_before
from config.environment import Environment
from runner.errors import RunnerError


@dataclass(frozen=True)
class MinorUpgrade:
    """An upgrade by one minor.

    Attributes:
        environment: the name of the environment.
        current: the minor that it leaves.
        target: the minor that it gets.
        running: the minor of the control plane by EKS; None where EKS was not asked.
        configured: whether the file has the target already.
    """

    environment: str
    current: str
    target: str
    running: str | None
    configured: bool

    @property
    def control_plane_is_done(self) -> bool:
        """Whether the control plane has the target, by EKS."""
        return self.running == self.target


def upgrade_to(environment: Environment, target: str, running: str | None) -> MinorUpgrade:
    """The upgrade of an environment to a minor.

    Args:
        environment: as its file says.
        target: the minor that is asked for.
        running: the minor of the control plane by EKS; None where EKS was not asked.

    Raises:
        RunnerError: it is no upgrade by one minor to a minor of the version table; with the
            nearest right value.
    """
    name, written = environment.name, environment.cluster.version
    waiting = environment.cluster.upgrade.nodes == "after"
    now = running or written
    if target not in versions.minors():
        raise _refusal(name, now, f"{target} is not in the version table ({_known()})")
    step = versions.number(target)[1] - versions.number(now)[1]
    if step < 0:
        raise _refusal(
            name,
            now,
            f"{name} is on {now}, and {target} would be a downgrade. EKS rolls a control plane "
            "back by one minor within 7 days of its upgrade: docs/upgrades.md, Rolling back",
        )
    if step > 1:
        raise _refusal(name, now, f"{name} is on {now}, and EKS upgrades by one minor at a time")
    before = minor_before(target)
    if step == 0:
        if written != target or not waiting or before is None:
            raise _refusal(name, now, f"{name} is on {target} already")
        return MinorUpgrade(name, before, target, running, configured=True)
    if waiting and written == now:
        raise RunnerError(
            f"The upgrade of {name} to {now} is not finished: `cluster.upgrade.nodes` is `after`, "
            f"so that nodes and EKS add-ons have the minor before. Set `together`, apply, and plan "
            f"the next upgrade then: make upgrade-plan ENV={name} TO={now} has the steps.",
            2,
        )
    return MinorUpgrade(name, now, target, running, configured=written == target)


def _refusal(name: str, now: str, reason: str) -> RunnerError:
    following = _after(now)
    advice = (
        f"Did you mean {following}? make upgrade-plan ENV={name} TO={following}"
        if following
        else f"The version table ends with {versions.minors()[-1]}; `make versions` lists what EKS "
        "offers."
    )
    return RunnerError(f"{reason}. {advice}", 2)


def _after(minor: str) -> str | None:
    """The minor after another; None where the version table does not have it."""
    later = [each for each in versions.minors() if versions.number(each) > versions.number(minor)]
    major, number = versions.number(minor)
    return later[0] if later and later[0] == f"{major}.{number + 1}" else None


def _known() -> str:
    return ", ".join(versions.minors())

"""Refuses a run before its first stack if it would destroy what is protected.

Terraform and AWS refuse too, but only when they come to the resource: by then other stacks are
gone, and where AWS refuses, much of its own stack.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from runner.backend.location import Location
from runner.destroy.protected import CLUSTER, Protected, Status, protected
from runner.destroy.settings import Setting
from runner.errors import RunnerError
from runner.manifest import Stack


def require_unprotected(
    chosen: Sequence[Stack], stacks: Sequence[Stack], location: Location
) -> None:
    """Checks all stacks of a destroy.

    The deletion protection of a cluster also protects the stacks that depend on it: they hold the
    volumes of what runs in it.

    Args:
        chosen: the stacks to destroy, in that order.
        stacks: all stacks of the environment.

    Raises:
        RunnerError: something is protected; the message lists all of it and how to go on.
        ClientError: AWS rejected a call.
    """
    found = [each for stack in chosen for each in protected(stack, location)]
    needed = {name for stack in chosen for name in stack.dependencies}
    names = {stack.name for stack in chosen}
    for stack in stacks:
        if stack.name in needed - names and CLUSTER in stack.document.get("resource", {}):
            found += [each for each in protected(stack, location) if _is_cluster(each)]
    if found:
        raise RunnerError(
            "Nothing was destroyed, because these resources are protected:\n"
            f"{_listing(found)}\nThen run this command again."
        )


def require_kept(chosen: Sequence[Stack], location: Location) -> None:
    """Checks that an apply does not destroy what the file no longer configures but AWS protects.

    Args:
        chosen: the stacks to apply.

    Raises:
        RunnerError: it would; the message lists all of it and how to go on.
        ClientError: AWS rejected a call.
    """
    found = [
        each for stack in chosen for each in protected(stack, location, only_not_configured=True)
    ]
    if found:
        raise RunnerError(
            "Nothing was applied, because that would destroy these resources, which are "
            f"protected:\n{_listing(found)}"
        )


def _is_cluster(each: Protected) -> bool:
    return each.address.startswith(f"{CLUSTER}.")


def _listing(found: Sequence[Protected]) -> str:
    return "\n".join(_lines(found))


def _lines(found: Sequence[Protected]) -> Iterator[str]:
    def group(each: Protected) -> tuple[str, str, Status]:
        setting = each.setting
        return each.stack.name, setting.lifts if setting else "", each.status

    order = {each.stack.name: position for position, each in enumerate(found)}
    ordered = sorted(found, key=lambda each: (order[each.stack.name], *group(each)[1:]))
    previous = None
    for _, members in groupby(ordered, key=group):
        resources = list(members)
        first = resources[0]
        if first.stack.name != previous:
            yield f"{first.stack.name}:"
        previous = first.stack.name
        yield from (
            f"  {each.address} ({each.name}): {', '.join(each.reasons)}" for each in resources
        )
        yield from (f"    {line}" for line in _how_to_go_on(resources, first.setting))


def _how_to_go_on(resources: Sequence[Protected], setting: Setting | None) -> Iterator[str]:
    stack, status = resources[0].stack, resources[0].status
    run = f"run `make apply ENV={stack.environment} STACK={stack.short_name}`"
    if setting is None:
        yield (
            "To destroy: no setting protects this. Change the stack that configures it, "
            f"and {run}, or empty it."
        )
        return
    if status == "not applied":
        yield f"To destroy: `{setting.lifts}` is set but not applied: {run}."
    elif status == "not configured":
        yield (
            f"To destroy: restore the settings that created this, set `{setting.lifts}`, {run}, "
            "and remove the settings again."
        )
    elif status == "switched off":
        yield f"To keep: {run}. Terraform then no longer manages this, and it stays in AWS."
        yield (
            f"To destroy: restore the settings that created this, set `{setting.lifts}`, and {run}."
        )
    else:
        yield f"To destroy: set `{setting.lifts}`, and {run}."
        if setting.keeps:
            yield (
                f"To keep: set `{setting.keeps}`, and {run}. Terraform then no longer manages "
                "this, and it stays in AWS."
            )
        elif setting.stack == "account":
            addresses = " ".join(each.address for each in resources)
            yield (
                f"To keep: remove it from the state: `terraform -chdir={stack.directory} "
                f"state rm {addresses}`. It stays in AWS."
            )

"""The command `upgrade-plan`."""

from collections.abc import Mapping
from json import dumps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer

from rules.load import load_with_warnings
from runner.check.report import exit_code
from runner.errors import RunnerError
from runner.tables import console
from runner.upgrade_plan.file import write as write_settings
from runner.upgrade_plan.live_api import LiveApi
from runner.upgrade_plan.minors import MinorUpgrade
from runner.upgrade_plan.plan import plan
from runner.upgrade_plan.report import plan_data, print_plan
from runner.upgrade_plan.steps import NODES, VERSION


def print_upgrade_plan(
    environment: str,
    to: str,
    kubeconfig: str | None,
    context: str | None,
    *,
    write: bool,
    json: bool,
) -> int:
    """Prints the plans of an environment, or of each region of a platform.

    Args:
        environment: a name, or the path of a file.
        to: the Kubernetes minor.
        kubeconfig: a kubeconfig, to read the live cluster too.
        context: another context than its current one.
        write: write the settings of the next step into the environment's file.
        json: print JSON.

    Returns:
        The exit code: 1 if there is an error, else 0.

    Raises:
        RunnerError: an upgrade is refused, or nothing can be written.
    """
    api = LiveApi.of_kubeconfig(kubeconfig, context) if kubeconfig else None
    loaded = load_with_warnings([environment])
    if api is not None and len(loaded) > 1:
        names = ", ".join(each.environment.name for each in loaded)
        raise RunnerError(f"A kubeconfig leads to one cluster. Name one of {names}.", 2)
    code = 0
    data: dict[str, Any] = {}
    for each in loaded:
        name = each.environment.name if len(loaded) > 1 else environment
        with TemporaryDirectory() as folder:
            found = plan(each, to, Path(folder), name, api=api)
        data[each.environment.name] = plan_data(found)
        if not json:
            print_plan(found, console())
        if write:
            written = write_settings(each, next_settings(found.upgrade))
            typer.echo(f"Written: {written}", err=json)
        code = max(code, exit_code(found.findings))
    if json:
        typer.echo(dumps(data, indent=2, ensure_ascii=False))
    return code


def next_settings(upgrade: MinorUpgrade) -> Mapping[str, str]:
    """The settings of the next step, by their paths.

    Raises:
        RunnerError: the next step is an apply, or it is not known which is next.
    """
    if not upgrade.configured:
        return {VERSION: upgrade.target, NODES: "after"}
    has = f"Nothing was written: the file has {upgrade.target} already"
    if upgrade.running is None:
        raise RunnerError(
            f"{has}, and EKS was not asked whether the control plane has it too. Once it has, set "
            f"`{NODES}: together`."
        )
    if not upgrade.control_plane_is_done:
        raise RunnerError(
            f"{has}. The next step is the apply of the control plane, which runs {upgrade.running}."
        )
    return {NODES: "together"}

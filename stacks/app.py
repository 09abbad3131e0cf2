"""The CDKTF app: every stack of every environment, synthesized in one process."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from cdktf import App, TerraformStack

from backend.access_policies import RemoteStack
from config.derived import account, fleet, replication, routing, shared_edge
from config.derived.limits import LimitError
from config.environment import Environment
from modules.helm.archives import MissingArchivesError
from stacks import extensions
from stacks.cluster import ClusterStack
from stacks.edge import EdgeStack
from stacks.network import NetworkStack
from stacks.platform import PlatformStack
from stacks.state import StateStack

STACKS: Final = ("state", "network", "edge", "cluster", "platform")
"""Names of the stacks of every environment, in order of application."""

ACCOUNT: Final = "account"
"""Name of the stack that exists only where its features are configured."""

NAMES: Final = "names"
ROUTING: Final = "routing"
"""Stacks that only a platform in several regions has: names in each region, routing in one."""

DATA: Final = "data"
"""Name of the stack with data that outlives clusters, where a setting needs it."""

FLEET: Final = "fleet"
"""Name of the stack that connects a hub with its spokes."""


def synthesize(
    environments: Iterable[Environment],
    outdir: Path,
    warnings: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Writes the Terraform JSON of the environments, all or nothing.

    The synth goes to a folder beside the output and is moved at the end, file by file, so that a
    failure leaves the previous output as it was. Terraform's files in a stack's folder stay.

    Args:
        warnings: what to warn about in the manifest, by the name of the environment.

    Raises:
        LimitError: a limit of AWS or Helm is exceeded; the message has a line for each environment.
        MissingArchivesError: a folder lacks archives of charts; likewise.
        ConfigError: an extension has an error, or refuses the output.
        OSError: the output folder cannot be written.
        RuntimeError: a construct is not valid (raised by jsii).
    """
    outdir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".synth-", dir=outdir) as scratch:
        # Stack traces would write local paths into the output.
        app = App(outdir=scratch, stack_traces=False)
        built: dict[str, dict[str, TerraformStack]] = {}
        exceeded: list[str] = []
        missing: list[str] = []
        chosen = list(environments)
        for environment in chosen:
            try:
                annotations = (warnings or {}).get(environment.name, ())
                built[environment.name] = add_stacks(app, environment, annotations)
            except LimitError as error:
                exceeded.append(f"{environment.name}: {error}")
            except MissingArchivesError as error:
                missing.append(f"{environment.name}: {error}")
        if exceeded:
            raise LimitError("\n".join(exceeded))
        if missing:
            raise MissingArchivesError("\n".join(missing))
        for environment in chosen:
            _connect_regions(environment, built)
            _connect_fleet(environment, built)
            _connect_edges(environment, built)
            _connect_registries(environment, built)
        app.synth()
        extensions.check_stacks(Path(scratch), [(each, built[each.name]) for each in chosen])
        for source in sorted(_files(Path(scratch))):
            target = outdir / source.relative_to(scratch)
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)


def add_stacks(
    app: App, environment: Environment, warnings: Sequence[str] = ()
) -> dict[str, TerraformStack]:
    """Adds an environment's stacks to an app, with their dependencies; returns them by name."""
    standalone = (ACCOUNT,) if account.has_stack(environment) else ()
    shared = _shared_stacks(environment)
    peering = (FLEET,) if fleet.peers(environment) else ()
    state = StateStack(
        app,
        environment,
        (*_main_stacks(environment), *extensions.names_of_stacks(environment)),
        (*standalone, *shared, *peering),
        _reads_elsewhere(environment),
    )
    built: dict[str, TerraformStack] = {"state": state}
    if standalone:
        # Imported here, because other environments do not need its bindings.
        from stacks.account import AccountStack  # noqa: PLC0415

        built[ACCOUNT] = AccountStack(app, environment)
        built[ACCOUNT].add_dependency(state)
    network = NetworkStack(app, environment)
    network.add_dependency(state)
    edge = EdgeStack(app, environment)
    edge.add_dependency(network)
    cluster = ClusterStack(app, environment)
    cluster.add_dependency(network)
    platform = PlatformStack(app, environment, warnings)
    platform.add_dependency(edge)
    platform.add_dependency(cluster)
    built |= {"network": network, "edge": edge, "cluster": cluster, "platform": platform}
    if replication.has_data_stack(environment):
        # Imported here, because other environments do not need its bindings.
        from stacks.data import DataStack  # noqa: PLC0415

        built[DATA] = DataStack(app, environment)
        built[DATA].add_dependency(network)
        if environment.cluster.efs.stack == DATA:
            cluster.add_dependency(built[DATA])
            platform.add_dependency(built[DATA])
    if fleet.peers(environment):
        # Imported here, because other environments do not need its bindings.
        from stacks.fleet import FleetStack  # noqa: PLC0415

        built[FLEET] = FleetStack(app, environment)
        built[FLEET].add_dependency(network)
    built |= _stacks_of_regions(app, environment, state)
    if NAMES in built:
        edge.add_dependency(built[NAMES])
    extensions.change_stacks(environment, built)
    if environment.ci_roles:
        _add_ci_roles(environment, state, built)
    return built | extensions.make_stacks(app, environment, built)


def _add_ci_roles(
    environment: Environment, state: TerraformStack, built: Mapping[str, TerraformStack]
) -> None:
    """Adds the roles of pipelines to the state stack, when all that they are to apply is known."""
    # Imported here, because other environments have no such roles.
    from backend.ci_roles import bound_roles, ci_roles  # noqa: PLC0415

    others = {name: stack for name, stack in built.items() if stack is not state}
    if environment.has_boundary:
        for stack in others.values():
            bound_roles(environment, stack)
    ci_roles(state, environment, {name: stack.to_terraform() for name, stack in others.items()})


def _stacks_of_regions(
    app: App, environment: Environment, state: TerraformStack
) -> dict[str, TerraformStack]:
    """Adds the stacks that only a platform in several regions has."""
    if not (wanted := _shared_stacks(environment)):
        return {}
    # Imported here, because other environments do not need their bindings.
    from stacks.names import NamesStack  # noqa: PLC0415
    from stacks.routing import RoutingStack  # noqa: PLC0415

    classes = {NAMES: NamesStack, ROUTING: RoutingStack}
    found = {name: classes[name](app, environment) for name in wanted}
    for stack in found.values():
        stack.add_dependency(state)
    return found


def _main_stacks(environment: Environment) -> tuple[str, ...]:
    """Names of the stacks that read those before them, in order of application."""
    if not replication.has_data_stack(environment):
        return STACKS
    position = STACKS.index("cluster")
    return (*STACKS[:position], DATA, *STACKS[position:])


def _shared_stacks(environment: Environment) -> tuple[str, ...]:
    """Names of the stacks that only a platform in several regions has."""
    names = (NAMES,) if routing.shares_certificate(environment) else ()
    return (*names, ROUTING) if routing.is_owner(environment) else names


def _reads_elsewhere(environment: Environment) -> dict[str, list[RemoteStack]]:
    """What the stacks of an environment read of other environments, or of its own shared ones.

    The regions' shared stacks read no other stack of their environment by default.
    """
    found: dict[str, list[RemoteStack]] = {}
    if routing.shares_certificate(environment):
        found["edge"] = [RemoteStack(environment, NAMES)]
    if routing.is_owner(environment):
        regions = routing.routed_regions(environment)
        found[ROUTING] = [RemoteStack(each, "edge") for each in regions]
    if (destination := replication.file_destination(environment)) is not None:
        found[DATA] = [RemoteStack(destination, DATA)]
    platform = [RemoteStack(each, "cluster") for each in fleet.spokes(environment)]
    if (owner := shared_edge.owner(environment)) is not None:
        platform.append(RemoteStack(owner, "edge"))
    if platform:
        found["platform"] = platform
    if peers := fleet.peers(environment):
        found[FLEET] = [RemoteStack(each, "network") for each in (environment, *peers)]
    return found


def _connect_regions(
    environment: Environment, built: Mapping[str, Mapping[str, TerraformStack]]
) -> None:
    """Adds the dependencies between the regions that are synthesized together."""
    other = replication.backup_partner(environment)
    if other is not None and other.name in built:
        built[environment.name][DATA].add_dependency(built[other.name]["network"])
    destination = replication.file_destination(environment)
    if destination is not None and destination.name in built:
        built[environment.name][DATA].add_dependency(built[destination.name][DATA])
    if not routing.is_routed(environment):
        return
    own, shared = built[environment.name], built.get(routing.owner(environment).name, {})
    if NAMES in own and NAMES in shared and own is not shared:
        own[NAMES].add_dependency(shared[NAMES])
    if ROUTING in shared and environment in routing.routed_regions(environment):
        shared[ROUTING].add_dependency(own["edge"])


def _connect_fleet(
    environment: Environment, built: Mapping[str, Mapping[str, TerraformStack]]
) -> None:
    """Has a hub depend on those of its spokes that are synthesized together with it."""
    for spoke in fleet.spokes(environment):
        if spoke.name in built:
            built[environment.name]["platform"].add_dependency(built[spoke.name]["cluster"])
    for spoke in fleet.peers(environment):
        if spoke.name in built:
            built[environment.name][FLEET].add_dependency(built[spoke.name]["network"])


def _connect_edges(
    environment: Environment, built: Mapping[str, Mapping[str, TerraformStack]]
) -> None:
    """Has pods join target groups of another environment only when they exist."""
    owner = shared_edge.owner(environment)
    if owner is not None and owner.name in built:
        built[environment.name]["platform"].add_dependency(built[owner.name]["edge"])


def _connect_registries(
    environment: Environment, built: Mapping[str, Mapping[str, TerraformStack]]
) -> None:
    """Has images replicated only when the other region's registry is configured.

    A repository that ECR makes before has another key for good.
    """
    other = replication.destination(environment)
    if replication.sends_images(environment) and other is not None and other.name in built:
        found = built[other.name].get(ACCOUNT)
        if found is not None:
            built[environment.name][ACCOUNT].add_dependency(found)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())

"""The catalog of add-ons, and their releases in an environment."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any, Final
from weakref import finalize

from config.derived import fleet
from config.derived.amp import ENDPOINT, WORKSPACE_ARN
from config.environment import Environment
from config.platform import addon_keys
from modules.helm.contract import Addon, PodSecurity
from modules.helm.pod_security import pod_security
from modules.helm.references import substitute
from modules.helm.releases import PlannedRelease, plan_releases


class IncompleteAddonError(ImportError):
    """A key of the `platform` section has no add-on; the message says what to add, and where."""


def addons_of(key: str) -> tuple[Addon, ...]:
    """The add-ons that a key of the `platform` section configures.

    Raises:
        IncompleteAddonError: modules/addons/<key>/addon.py is missing, or has no ADDONS.
    """
    name = f"modules.addons.{key}.addon"
    file = f"{name.replace('.', '/')}.py"
    try:
        module = import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in {name, name.rpartition(".")[0]}:
            raise
        raise IncompleteAddonError(
            f"platform.{key} has no add-on: add {file} with `ADDONS: Final = (Addon(...),)`"
        ) from error
    try:
        return module.ADDONS
    except AttributeError as error:
        raise IncompleteAddonError(
            f"{file} defines no add-ons: add the line `ADDONS: Final = (ADDON,)`"
        ) from error


def enabled_addons(environment: Environment) -> tuple[Addon, ...]:
    """The add-ons that an environment enables, and its own releases.

    Modules of the others are not imported.
    """
    keys = (key for key in addon_keys() if environment.platform.addon(key).enabled)
    addons = tuple(addon for key in keys for addon in addons_of(key))
    own = tuple(each for each in releases_of(environment) if each.enabled(environment))
    return (*addons, *own)


def releases_of(environment: Environment) -> tuple[Addon, ...]:
    """The releases of an environment's own charts as add-ons, those that are off included."""
    if not environment.platform.releases:
        return ()
    # Imported here, because other environments do not need it.
    from modules.addons.releases.releases import own_releases  # noqa: PLC0415

    return own_releases(environment)


def service_account_roles(environment: Environment) -> list[str]:
    """Names, in `identity.roles.addons`, of the roles that enabled add-ons can have."""
    found = [
        name
        for addon in enabled_addons(environment)
        if addon.service_account and addon.installed(environment)
        for name in (addon.name, *addon.additional_service_accounts)
    ]
    # Argo CD of a hub; which environments name it is known after the rules.
    return [*found, *fleet.ACCOUNTS] if environment.platform.argo_cd.enabled else found


def all_addons() -> tuple[Addon, ...]:
    """All add-ons, in the order of the documentation."""
    return tuple(addon for key in addon_keys() for addon in addons_of(key))


_RELEASES: Final[dict[tuple[int, int, bool], tuple[PlannedRelease, ...]]] = {}
"""By the identity of their environment, for as long as it exists, and what it knows of the other
regions and of its spokes: it does so only after the rules of each environment have been applied."""


def platform_releases(environment: Environment) -> tuple[PlannedRelease, ...]:
    """The releases of an environment, in an order in which each follows what it requires.

    They are planned once: the rules of capacity need them before the platform stack does.

    Raises:
        CycleError: some add-ons require each other.
        LimitError: the name of a release is longer than Helm allows.
    """
    known = len(environment.siblings), bool(fleet.spokes(environment))
    key = (id(environment), *known)
    if key not in _RELEASES:
        _RELEASES[key] = tuple(plan_releases(environment, enabled_addons(environment)))
        finalize(environment, _RELEASES.pop, key, None)
    return _RELEASES[key]


_KEY: Final = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
_WORKSPACE: Final = "ws-01234567-89ab-cdef-0123-456789abcdef"

EXAMPLES: Final[Mapping[str, str]] = {
    "cluster.vpc_id": "vpc-0123456789abcdef0",
    "cluster.node_security_group_id": "sg-0123456789abcdef0",
    "cluster.volume_key_arn": _KEY,
    "network.volume_key_arn": _KEY,
    f"network.{WORKSPACE_ARN}": f"arn:aws:aps:eu-west-1:123456789012:workspace/{_WORKSPACE}",
    f"network.{ENDPOINT}": f"https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/{_WORKSPACE}/",
    "edge.load_balancer_dns_name": "example-edge-1234567890.eu-west-1.elb.amazonaws.com",
    "edge.internal_load_balancer_dns_name": (
        "internal-example-edge-internal-1234567890.eu-west-1.elb.amazonaws.com"
    ),
    "edge.internal_hosted_zone_id": "Z0123456789ABCDEFGHIJ",
    "role.arn": "arn:aws:iam::123456789012:role/example",
    "edge.target_group_arns.http": (
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/example-http/0123456789abcdef"
    ),
    "edge.internal_target_group_arns.http": (
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/example-http-internal/0123456789abcdef"
    ),
    "edge.internal_target_group_arns.https": (
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/example-https-internal/0123456789abcdef"
    ),
    "edge.target_group_arns.https": (
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/example-https/0123456789abcdef"
    ),
}
"""Example values of references in rendered values; any other reference becomes its name."""


def rendered(environment: Environment) -> dict[str, PlannedRelease]:
    """The releases of an environment by name, in order, with EXAMPLES for references.

    Everything else is as in the synthesized stack.
    """
    return {release.name: _example(release) for release in platform_releases(environment)}


def namespaces(environment: Environment) -> dict[str, PodSecurity]:
    """The namespaces of add-ons by name, with their Pod Security Standard."""
    return pod_security(platform_releases(environment))


def _example(release: PlannedRelease) -> PlannedRelease:
    values = _filled(release.values)
    manifests = values["resources"] if release.manifests else ()
    return replace(release, values=values, manifests=manifests)


def _filled(value: Any) -> Any:
    match value:
        case str():
            return substitute(value, lambda name: EXAMPLES.get(name, name))
        case dict():
            return {key: _filled(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_filled(inner) for inner in value]
        case _:
            return value

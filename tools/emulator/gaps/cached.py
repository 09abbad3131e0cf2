"""What moto computes anew, for each request or for each reset, although it never changes.

Without this a call of EC2 takes five times as long. moto lists its own folder of services, and the
methods of a response class, of which EC2's has 1,300, for each request; the services of botocore
for each service that is called first; and it parses 1,500 policies of AWS after each reset.
"""

from __future__ import annotations

from copy import copy
from functools import cache

from botocore.loaders import Loader, create_loader
from moto import backends
from moto.core import responses
from moto.core.utils import method_names_from_class
from moto.iam.models import IAMBackend, ManagedPolicy

from tools.emulator.gaps.moto_hooks import replace

_parse_policies = IAMBackend._init_aws_policies  # pyright: ignore[reportPrivateUsage]
_available_services = cache(create_loader().list_available_services)
_policies: dict[tuple[str, str], list[ManagedPolicy]] = {}


def install() -> None:
    """Keeps the answers for as long as the process runs."""
    services = frozenset(backends.list_of_moto_modules())
    replace(backends, "list_of_moto_modules", lambda: services)
    replace(responses, "method_names_from_class", cache(method_names_from_class))
    replace(Loader, "list_available_services", lambda _, type_name: _available_services(type_name))
    replace(IAMBackend, "_init_aws_policies", _aws_policies)


def _aws_policies(self: IAMBackend) -> list[ManagedPolicy]:
    """Copies, because moto counts in each policy how many roles it is attached to."""
    place = (self.account_id, self.region_name)
    if place not in _policies:
        _policies[place] = _parse_policies(self)
    return [copy(policy) for policy in _policies[place]]

"""What a fresh account already has, so that an inventory can leave it out.

Every AWS region starts with a default VPC and what belongs to it. moto makes these when a region
is first touched, with ids of chance; they are noted at that moment.
"""

from __future__ import annotations

from itertools import chain

from moto.ec2.models import EC2Backend, ec2_backends

from tools.emulator.gaps.moto_hooks import replace

_ATTRIBUTE = "emulator_fresh_ids"


def install() -> None:
    """Creates every EC2 backend note its first resources. Calling it again does nothing."""
    if getattr(EC2Backend.__init__, "emulator", False):
        return
    original = EC2Backend.__init__

    def initialise(self: EC2Backend, region_name: str, account_id: str) -> None:
        original(self, region_name, account_id)
        vars(self)[_ATTRIBUTE] = _all_ids(self)

    vars(initialise)["emulator"] = True
    replace(EC2Backend, "__init__", initialise)


def resource_ids() -> list[str]:
    """Lists the ids of every resource that came with a region, over all regions touched."""
    backends = [backend for _, _, backend in ec2_backends.iter_backends()]
    return sorted(chain.from_iterable(vars(backend).get(_ATTRIBUTE, ()) for backend in backends))


def _all_ids(backend: EC2Backend) -> list[str]:
    tagged = [resource.arn.rsplit("/", 1)[-1] for resource in backend.iter_tagged_resources()]
    return [*tagged, *backend.network_acls, *backend.dhcp_options_sets]

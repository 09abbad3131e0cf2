"""What happens around `terraform destroy` of each stack."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import typer

from runner.destroy import networking
from runner.destroy.drain import crds_left, drain, remove_claims, stuck_namespaces
from runner.destroy.inventory import Inventory, take_inventory
from runner.destroy.leftover import LeftoverKind
from runner.destroy.nodes import remove_machines
from runner.destroy.state_is_current import refresh_arguments
from runner.destroy.sweep import (
    OF_CLUSTER,
    OF_CONTROLLERS,
    OF_NETWORK,
    kept,
    sweep,
    sweeping_interfaces,
)
from runner.destroy.target import Target
from runner.destroy.waiting import Waits
from runner.errors import RunnerError, TerraformError
from runner.kubernetes.api import Kubernetes, KubernetesUnreachableError
from runner.kubernetes.connection import connect_to
from runner.manifest import KUBERNETES, Stack

NETWORK: Final = "network"

Say = Callable[[str], None]


class Teardown:
    """The end of stacks without a cluster: what Terraform does."""

    def confirm(self) -> None:
        """Asks whether to go on, if something is deleted before Terraform asks."""

    def arguments(self, stack: Stack, given: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002
        """The arguments of `terraform destroy`: those that are given, and further ones."""
        return given

    @contextmanager
    def around(self, stack: Stack) -> Iterator[None]:  # noqa: ARG002 - of a subclass
        """Does before and after a stack's end what Terraform does not."""
        yield

    def destroy(self, stack: Stack, terraform: Callable[[], None]) -> None:  # noqa: ARG002
        """Runs Terraform; raises as it does."""
        terraform()

    def finish(self) -> None:
        """Says what is left, and why."""


@dataclass
class ClusterTeardown(Teardown):
    """The end of an environment's stacks, with what its cluster made and no state has.

    Attributes:
        api: None if there is no cluster any more, or its API cannot be reached.
        inventory: what there was before.
    """

    target: Target
    waits: Waits
    say: Say
    api: Kubernetes | None
    inventory: Inventory
    _drained: bool = False
    _stuck: list[str] = field(default_factory=list[str])

    def confirm(self) -> None:
        """Asks, if something is deleted before Terraform asks.

        Raises:
            RunnerError: the answer is no, or standard input is closed.
        """
        if self.inventory.is_empty:
            return
        try:
            answer = typer.prompt("Delete what is listed? Only 'yes' is accepted", err=True)
        except typer.Abort:
            answer = ""
        if answer != "yes":
            raise RunnerError("Nothing was destroyed.")

    def arguments(self, stack: Stack, given: tuple[str, ...]) -> tuple[str, ...]:
        """Adds `-refresh=false` for the platform stack, where that is safe."""
        decided = any(argument.lstrip("-").startswith("refresh") for argument in given)
        if decided or stack.short_name != KUBERNETES or self.api is None:
            return given
        return (*refresh_arguments(stack, self.target, self.say), *given)

    @contextmanager
    def around(self, stack: Stack) -> Iterator[None]:
        """Lets controllers act before, and sweeps after.

        It runs as well where Terraform has nothing to destroy: an earlier destroy may have ended
        between the two.
        """
        if self._is_cluster(stack) or stack.short_name == KUBERNETES:
            self._drain()
        if self._is_cluster(stack):
            if self.api is not None:
                remove_claims(self.api, self.waits, self.say)
            remove_machines(self.target, self.api, self.waits, self.say)
            self._sweep(OF_CONTROLLERS)
        if stack.short_name == NETWORK:
            self._sweep(OF_NETWORK)
        yield
        if stack.short_name == KUBERNETES:
            self._sweep(OF_CONTROLLERS)
        if self._is_cluster(stack) and not self.target.exists():
            self.api = None
            self._sweep(OF_CLUSTER)
            self.say(
                "EKS writes its last log lines some minutes after a cluster is deleted, and "
                f"recreates the log group. If an apply of {stack.name} fails because it exists, "
                "run this destroy again."
            )

    def destroy(self, stack: Stack, terraform: Callable[[], None]) -> None:
        """Runs Terraform, and once more if it failed because of leftovers that are deleted now.

        Raises:
            TerraformError: Terraform failed.
        """
        if not self._is_cluster(stack) and stack.short_name != NETWORK:
            try:
                terraform()
            except TerraformError:
                self._explain(stack)
                raise
            return
        with sweeping_interfaces(self.target, self.waits, self.say):
            try:
                terraform()
            except TerraformError as error:
                if error.interrupted:
                    raise
                kinds = OF_NETWORK if stack.short_name == NETWORK else OF_CONTROLLERS
                if not self._sweep((networking.INTERFACES, *kinds)):
                    self._explain(stack)
                    raise
                self.say(f"{stack.name}: leftovers are deleted; Terraform destroys once more.")
                terraform()

    def finish(self) -> None:
        """Says what is left, and why."""
        for line in self._stuck:
            self.say(f"Not deleted: {line}")
        on_purpose = kept(self.target)
        if on_purpose:
            self.say("Left on purpose, and billed until you delete it:")
        for kind, found in on_purpose:
            self.say(f"  {kind.title} {found}: {found.kept}")
        crds = crds_left(self.api) if self.api is not None and self._drained else []
        if crds:
            self.say(
                f"The cluster still has {len(crds)} CRDs. Helm never deletes them, so that no "
                f"custom resource is lost with them: {', '.join(crds)}"
            )

    def _drain(self) -> None:
        if self.api is not None and not self._drained:
            drain(self.target, self.api, self.waits, self.say)
            self._drained = True

    def _sweep(self, kinds: Sequence[LeftoverKind]) -> bool:
        swept = sweep(self.target, kinds, self.waits, self.say)
        self._stuck = swept.stuck
        return bool(swept.removed)

    def _is_cluster(self, stack: Stack) -> bool:
        return stack.name == self.target.stack.name

    def _explain(self, stack: Stack) -> None:
        if stack.short_name == KUBERNETES and self.api is not None:
            for line in stuck_namespaces(self.api):
                self.say(f"Still being deleted: {line}")
        for line in self._stuck:
            self.say(f"Not deleted: {line}")
        interfaces = networking.all_in_vpc(self.target) if stack.short_name == NETWORK else []
        if interfaces:
            self.say("These network interfaces are in the VPC:")
        for line in interfaces:
            self.say(f"  {line}")


def prepare(
    target: Target | None,
    chosen: Sequence[Stack],
    waits: Waits,
    say: Say,
    *,
    without_kubernetes: bool,
) -> Teardown:
    """Asks Kubernetes and AWS what there is, and prints it.

    Args:
        target: None if there never was a cluster, or only Terraform is to act.
        chosen: the stacks that are to be destroyed.
        without_kubernetes: go on where the Kubernetes API cannot be reached.

    Raises:
        RunnerError: the Kubernetes API is needed and cannot be reached.
    """
    if target is None:
        return Teardown()
    api: Kubernetes | None = None
    error: KubernetesUnreachableError | None = None
    try:
        api = connect_to(target.location, target.name, target.region)
    except KubernetesUnreachableError as unreachable:
        error = unreachable
    inventory = take_inventory(target, api)
    if inventory.has_nothing:
        say(f"Controllers of the cluster {target.name} have left nothing in AWS.")
    else:
        say(f"Made in or by the cluster {target.name}, and in no state:")
        inventory.show(say)
    needed = any(each.name == target.stack.name or each.short_name == KUBERNETES for each in chosen)
    if error is not None and needed:
        if not (without_kubernetes or inventory.is_empty):
            raise RunnerError(
                f"{error} What controllers made is listed as far as AWS knows it; nothing was "
                "destroyed. Run the destroy where the API can be reached, so that the controllers "
                "delete it themselves, or with --without-kubernetes, which uses the APIs of AWS "
                f"alone. {error.ways}".rstrip()
            )
        say(f"{error} Only AWS is asked.")
    return ClusterTeardown(target, waits, say, api, inventory)

"""The cluster stack of a small environment, run by real Terraform on the emulator."""

import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from config.environment import Environment
from modules.merge import merged
from runner.binary import binary
from runner.manifest import read_manifest
from runner.terraform import terraform_environment
from runner.upgrade_plan.minors import MinorUpgrade
from runner.upgrade_plan.steps import UpgradeStep, Variants, steps
from runner.upgrade_plan.variant import Variant
from support.environments import environment, problems
from support.locking import kill
from support.output import Stack, synthesized_output
from support.premade import make_network, make_states, move_control_plane
from support.provider import SharedProvider, per_command
from tools.emulator import LocalAws

REGION: Final = "eu-west-1"
CLUSTER: Final = "test"

SMALL: Final[dict[str, Any]] = {
    # Queues and file systems are slow to make, and no test of the cluster itself is about them.
    "autoscaler": "none",
    "efs": {"enabled": False},
    "node_groups": {"workers": {}},
}
"""The `cluster` settings that all tests begin with."""

ZONES: Final = {"availability_zones": ["a", "b"]}

_ALWAYS: Final = 1000
"""More calls than Terraform makes before it is stopped."""

_PAUSE: Final = 0.1
"""Seconds between two looks at a running apply, which they would slow down."""

EKS_CREATES: Final = (
    "CreateCluster",
    "CreateAddon",
    "CreateNodegroup",
    "CreateAccessEntry",
    "AssociateAccessPolicy",
    "CreatePodIdentityAssociation",
)
"""Every action by which the stack makes something of EKS."""

EKS_CHANGES: Final = (
    "UpdateAddon",
    "UpdateAccessEntry",
    "DisassociateAccessPolicy",
    "DeleteAddon",
    "AssociateAccessPolicy",
    "DeleteAccessEntry",
    "UpdateNodegroupConfig",
    "UpdateNodegroupVersion",
)
"""Those by which it changes nodes, access and add-ons."""

EKS_DELETES: Final = (
    "DeleteCluster",
    "DeleteAddon",
    "DeleteNodegroup",
    "DeleteAccessEntry",
    "DisassociateAccessPolicy",
    "DeletePodIdentityAssociation",
)
"""Those by which a destroy takes it away."""


@dataclass(frozen=True)
class Stage:
    """A time at which Terraform waits for EKS.

    Attributes:
        type: the type of the resources that it waits for.
        asks: the action by which it asks whether they are ready.
        begun: lists those that there are, with a client of EKS.
    """

    type: str
    asks: str
    begun: Callable[[Any], list[str]]


STAGES: Final = (
    Stage("aws_eks_cluster", "DescribeCluster", lambda eks: eks.list_clusters()["clusters"]),
    Stage(
        "aws_eks_addon",
        "DescribeAddon",
        lambda eks: eks.list_addons(clusterName=CLUSTER)["addons"],
    ),
    Stage(
        "aws_eks_node_group",
        "DescribeNodegroup",
        lambda eks: eks.list_nodegroups(clusterName=CLUSTER)["nodegroups"],
    ),
)
"""The stages of an apply, in their order."""

Actions = dict[str, list[str]]
"""What Terraform does, by the address of each resource that does not stay as it is."""


class LiveCluster:
    """A cluster stack with its backend. What it builds upon is made without Terraform.

    Attributes:
        aws: the account.
        stack: the synthesized stack.
    """

    def __init__(
        self,
        aws: LocalAws,
        folder: Path,
        provider: SharedProvider,
        *,
        small: Mapping[str, Any] = SMALL,
        network: Mapping[str, Any] | None = None,
        **cluster: Any,
    ) -> None:
        """Synthesizes the stack, makes VPC, backend and upstream states, and initializes it.

        Args:
            aws: the account; emptied first.
            folder: an empty folder.
            provider: the AWS provider of all commands but those that are stopped.
            small: `cluster` settings that all changes begin with.
            network: further `network` settings.
            cluster: `cluster` settings over the small ones.
        """
        aws.reset()
        self.aws, self._folder, self._settings = aws, folder, dict(small)
        self._network = {**ZONES, **(network or {})}
        reached = terraform_environment(aws.process_environment(os.environ))
        self._shared, self._per_command = reached | provider.variables(), reached | per_command()
        self.stack = self.configure(**cluster)
        settings = self._environment()
        make_states(aws, settings, self.stack.text, make_network(aws, settings))
        assert self._terraform(self._per_command, "init", "-input=false")[0] == 0

    @property
    def eks(self) -> Any:
        """A client of EKS."""
        return self.aws.client("eks", REGION)

    def configure(self, **cluster: Any) -> Stack:
        """Synthesizes the stack with further `cluster` settings; those of before stay."""
        self._settings = merged(self._settings, cluster)
        settings = self._environment()
        assert problems(settings) == []
        output = synthesized_output(self._folder / "cdktf.out", settings)
        self.stack = output.stack(f"{CLUSTER}-cluster")
        return self.stack

    def upgrade_steps(self, current: str, target: str) -> list[UpgradeStep]:
        """The steps of `make upgrade-plan` from one version to another."""

        def variant(version: str, nodes: str) -> Variant:
            over = {"version": version, "upgrade": {"nodes": nodes}}
            settings = environment(network=self._network, cluster=merged(self._settings, over))
            outdir = self._folder / f"{version}-{nodes}"
            synthesized_output(outdir, settings)
            return Variant(settings, read_manifest(outdir))

        variants = Variants(
            variant(current, "together"), variant(target, "after"), variant(target, "together")
        )
        upgrade = MinorUpgrade(CLUSTER, current, target, current, configured=False)
        return steps(upgrade, variants, CLUSTER)

    def run(self, *arguments: str) -> tuple[int, str]:
        """Runs terraform in the stack's folder: its exit code and what it printed."""
        code, text = self._terraform(self._shared, *arguments)
        # The next command would fail, and not say why.
        assert "releasing the state lock" not in text, text
        return code, text

    def check(self, *arguments: str) -> str:
        """Runs terraform, which has to succeed, and gives what it printed."""
        code, text = self.run(*arguments)
        assert code == 0, text
        return text

    def apply(self) -> tuple[int, str]:
        """Applies, whatever the exit code is."""
        return self.run("apply", "-auto-approve", "-input=false")

    def check_settled(self) -> None:
        """A plan is empty."""
        # With -detailed-exitcode Terraform ends with 2 where it is not.
        assert "No changes." in self.check("plan", "-detailed-exitcode", "-input=false")

    def change(self, **cluster: Any) -> Actions:
        """Applies further settings, after which a plan has to be empty.

        Returns:
            What the plan said would be done, and was.
        """
        self.configure(**cluster)
        events = self.check("plan", "-input=false", "-out=plan", "-json").splitlines()
        planned = [each["change"] for each in map(json.loads, events) if "change" in each]
        events = self.check("apply", "-input=false", "-json", "plan").splitlines()
        hooks = [each["hook"] for each in map(json.loads, events) if each["type"] == "apply_start"]
        self.check_settled()
        done = {
            change["resource"]["addr"]: [
                hook["action"]
                for hook in hooks
                if hook["resource"]["addr"] == change["resource"]["addr"]
            ]
            for change in planned
            if not change["resource"]["addr"].startswith("data.")
        }
        return {address: actions for address, actions in done.items() if actions}

    def move_control_plane(self) -> set[str]:
        """Lets the network have subnets for the control plane, and gives their ids."""
        return set(move_control_plane(self.aws, self._environment()).values())

    def disturb(self, actions: Iterable[str]) -> None:
        """Lets each of these actions be throttled once, and fail once as if AWS had an error."""
        for action in actions:
            self.aws.inject("eks", action, "ThrottlingException", status=429)
            self.aws.inject("eks", action, "ServerException", status=500)

    def stop_while(
        self, stage: Stage, how: signal.Signals, and_until: Callable[[], bool] = lambda: True
    ) -> None:
        """Applies, and sends a signal while Terraform waits for EKS.

        Args:
            stage: what it waits for.
            how: to Terraform and its providers. SIGINT, as Ctrl-C sends it, lets both shut down;
                SIGKILL does not.
            and_until: another condition, which is polled.
        """
        printed = self._folder / "printed"
        # The provider repeats a throttled call, so that it keeps polling.
        self.aws.inject("eks", stage.asks, "ThrottlingException", status=429, times=_ALWAYS)
        with printed.open("w") as out:
            process = self._start(
                self._per_command, out.fileno(), "apply", "-auto-approve", "-input=false"
            )
            try:
                while not (self._waits_for(stage) and and_until()):
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(_PAUSE)
                        raise AssertionError(printed.read_text())
                os.killpg(process.pid, how)
                assert process.wait() != 0, printed.read_text()
            finally:
                if process.poll() is None:
                    kill(process)
        self.aws.clear_faults()

    def known(self) -> set[str]:
        """The addresses of the resources in the state."""
        lines = self.check("state", "list").splitlines()
        return {line for line in lines if not line.startswith("data.")}

    def existing(self) -> "Counter[str]":
        """The number of resources of each type in the account."""
        items = self.aws.inventory((REGION,))
        return Counter(":".join(item.split(":")[:2]) for item in items)

    def has_saved(self, type_: str) -> bool:
        """Whether the state in the bucket has a resource of a type by now."""
        backend = self.stack.json["terraform"]["backend"]["s3"]
        s3 = self.aws.client("s3", REGION)
        listed = s3.list_objects_v2(Bucket=backend["bucket"], Prefix=backend["key"])
        if backend["key"] not in (each["Key"] for each in listed.get("Contents", [])):
            return False
        saved = s3.get_object(Bucket=backend["bucket"], Key=backend["key"])["Body"].read()
        return any(each["type"] == type_ for each in json.loads(saved)["resources"])

    def check_whole(self, undisturbed: "Counter[str]") -> None:
        """Nothing is missing and nothing is duplicated, in the state or in the account.

        Args:
            undisturbed: what exists after an apply without a fault.
        """
        assert self.known() == self.stack.addresses
        assert self.existing() == undisturbed
        assert self.aws.failures() == []

    def _waits_for(self, stage: Stage) -> bool:
        """Whether EKS has begun the stage, and Terraform polls it."""
        (fault,) = self.aws.faults()
        return fault["times"] < _ALWAYS and bool(stage.begun(self.eks))

    def _environment(self) -> Environment:
        return environment(network=self._network, cluster=self._settings)

    def _terraform(self, environ: Mapping[str, str], *arguments: str) -> tuple[int, str]:
        process = self._start(environ, subprocess.PIPE, *arguments)
        text, _ = process.communicate()
        return process.returncode, text

    def _start(
        self, environ: Mapping[str, str], out: int, *arguments: str
    ) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [binary(os.environ), *arguments, "-no-color"],
            cwd=self.stack.path,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

"""Edge stacks for tests: synthesized alone, and applied to a network made with boto3."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from cdktf import App, Testing

from config.derived import names
from config.environment import Environment, Siblings
from runner.binary import binary
from runner.terraform import terraform_environment
from stacks.edge import EdgeStack
from stacks.network import NetworkStack
from support.environments import environment
from support.output import Stack
from tools.emulator import LocalAws

ZONE_NAME: Final = "platform.example.com"
ZONE: Final[dict[str, Any]] = {"id": "Z0123456789ABCDEFGHIJ", "name": ZONE_NAME}
NAMES: Final = [ZONE_NAME, f"*.{ZONE_NAME}"]
WITH_DOMAIN: Final[dict[str, Any]] = {"hosted_zone": ZONE, "domain_names": NAMES}
"""Settings of an edge with a domain."""

ARN: Final = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"


class EdgeOutput:
    """One synthesized edge stack."""

    def __init__(self, settings: Environment) -> None:
        self.json: dict[str, Any] = json.loads(
            Testing.synth(EdgeStack(App(stack_traces=False), settings))
        )

    def of(self, type_: str) -> dict[str, dict[str, Any]]:
        """The resources of a type by id."""
        return self.json.get("resource", {}).get(type_, {})

    def one(self, type_: str, id_: str) -> dict[str, Any]:
        """One resource."""
        return self.of(type_)[id_]

    @property
    def bodies(self) -> dict[str, dict[str, Any]]:
        """All resources by address."""
        return {
            f"{type_}.{id_}": body
            for type_, of_type in self.json.get("resource", {}).items()
            for id_, body in of_type.items()
        }


def edge(
    zones: Sequence[str] = "abc", *, pods: dict[str, Any] | None = None, **settings: Any
) -> EdgeOutput:
    """The edge stack of an environment with these `edge` settings."""
    network = {"availability_zones": list(zones), "pods": pods or {}}
    return EdgeOutput(environment(network=network, edge=settings))


class EdgeOnAws:
    """An edge stack that real Terraform applies in the emulator.

    The network is made with boto3, and so is the state with its outputs, unless a test applies the
    network stack too.
    """

    def __init__(
        self,
        aws: LocalAws,
        provider: Mapping[str, str],
        folder: Path,
        zones: Sequence[str] = "ab",
    ) -> None:
        self.aws, self._folder, self._zones = aws, folder, zones
        reached = terraform_environment(aws.process_environment(os.environ))
        self._variables = reached | dict(provider)
        self._settings = environment(state={"lock": "s3"})
        self._make_backend()
        self._make_network()

    def synthesize(
        self,
        *,
        network: Mapping[str, Any] | None = None,
        member: str | None = None,
        **settings: Any,
    ) -> Stack:
        """Writes the stack into the folder, as main.py would.

        Args:
            network: settings of the network, whose stack is written as well.
            member: the name of another environment behind the load balancer.
        """
        chosen = environment(
            state={"lock": "s3"},
            network={"availability_zones": list(self._zones), **(network or {})},
            edge=settings,
        )
        if member is not None:
            behind = environment(name=member, edge={"owner": chosen.name})
            chosen.join(Siblings((chosen,)), Siblings((behind,)))
        app = App(outdir=str(self._folder), stack_traces=False)
        if network is not None:
            NetworkStack(app, chosen)
        EdgeStack(app, chosen)
        app.synth()
        return Stack(self._directory("edge"))

    def initialize(self, stack: str = "edge") -> None:
        """Initializes."""
        self._check(stack, "init", "-input=false", "-no-color")

    def apply(self, stack: str = "edge") -> list[str]:
        """Applies; gives the changes in the order of their ends, as `create <address>`."""
        return self._changes(stack, "apply")

    def plan(self, stack: str = "edge") -> dict[str, str]:
        """Plans; gives the action on everything that would change, by address."""
        events = self._events(stack, "plan", "-input=false", "-json")
        changes = [event["change"] for event in events if event["type"] == "planned_change"]
        return {
            change["resource"]["addr"]: change["action"]
            for change in changes
            if change["action"] != "read"
        }

    def outputs(self, stack: str = "edge") -> dict[str, Any]:
        """The outputs' values."""
        told = json.loads(self._check(stack, "output", "-json"))
        return {name: entry["value"] for name, entry in told.items()}

    def destroy(self, stack: str = "edge") -> list[str]:
        """Destroys; gives the changes in the order of their ends."""
        return self._changes(stack, "destroy")

    def inventory(self) -> list[str]:
        """What there is beside what the test made itself."""
        return [item for item in self.aws.inventory(("eu-west-1",)) if item not in self._by_hand]

    def remember(self) -> None:
        """Notes everything that exists now as made outside Terraform."""
        self._by_hand = set(self.aws.inventory(("eu-west-1",)))

    def client(self, service: str) -> Any:
        """A boto3 client of the region."""
        return self.aws.client(service, "eu-west-1")

    def make_zone(self) -> dict[str, Any]:
        """Makes the hosted zone; gives the settings that name it."""
        made = self.client("route53").create_hosted_zone(Name=ZONE_NAME, CallerReference="test")
        return {"id": made["HostedZone"]["Id"].rsplit("/", 1)[-1], "name": ZONE_NAME}

    def records(self, zone: dict[str, Any]) -> set[tuple[str, str]]:
        """Names and types of the records in a zone, but for those that every zone has."""
        listed = self.client("route53").list_resource_record_sets(HostedZoneId=zone["id"])
        return {
            (entry["Name"].replace("\\052", "*").rstrip("."), entry["Type"])
            for entry in listed["ResourceRecordSets"]
            if entry["Type"] not in {"SOA", "NS"}
        }

    def _directory(self, stack: str) -> Path:
        return self._folder / "stacks" / names.stack(self._settings, stack)

    def _make_backend(self) -> None:
        bucket = names.state_bucket(self._settings)
        self.client("s3").create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        kms = self.client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=names.state_key_alias(self._settings), TargetKeyId=key)

    def _make_network(self) -> None:
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        outputs: dict[str, Any] = {"vpc_id": vpc}
        for tier, first in (("public", 1), ("private", 11)):
            outputs[f"{tier}_subnet_ids"] = {
                zone: ec2.create_subnet(
                    VpcId=vpc,
                    CidrBlock=f"10.0.{first + 'abcdef'.index(zone)}.0/24",
                    AvailabilityZone=f"eu-west-1{zone}",
                )["Subnet"]["SubnetId"]
                for zone in self._zones
            }
        types = {"vpc_id": "string"}
        state = {
            "version": 4,
            "terraform_version": "1.9.0",
            "serial": 1,
            "lineage": "by-hand",
            "outputs": {
                name: {
                    "value": value,
                    "type": types.get(name) or ["object", dict.fromkeys(value, "string")],
                }
                for name, value in outputs.items()
            },
            "resources": [],
        }
        self.client("s3").put_object(
            Bucket=names.state_bucket(self._settings),
            Key=names.state_object_key(self._settings, "network"),
            Body=json.dumps(state).encode(),
        )

    def _changes(self, stack: str, command: str) -> list[str]:
        events = self._events(stack, command, "-auto-approve", "-input=false", "-json")
        hooks = [event["hook"] for event in events if event["type"] == "apply_complete"]
        return [
            f"{hook['action']} {hook['resource']['addr']}"
            for hook in hooks
            if hook["action"] != "read"
        ]

    def _events(self, stack: str, *arguments: str) -> list[dict[str, Any]]:
        return list(map(json.loads, self._check(stack, *arguments).splitlines()))

    def _check(self, stack: str, *arguments: str) -> str:
        done = subprocess.run(
            [binary(os.environ), *arguments],
            cwd=self._directory(stack),
            env=self._variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

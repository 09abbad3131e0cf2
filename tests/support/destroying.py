"""A destroy of a cluster whose machines Karpenter made, as tests run it and look at it."""

from typing import Any

from runner.kubernetes import kinds
from runner.stages import Run
from support import leftovers
from support.cluster_environment import QUICK, Environment
from support.fake_kubernetes import FakeKubernetes
from support.fake_terraform import FakeTerraform
from support.state_objects import REGION

FINALIZER = "karpenter.sh/termination"


def run(environment: Environment, **options: Any) -> Run:
    return Run(environment.stacks, **{"approve": True, "waits": QUICK, **options})


def destroyed(fake: FakeTerraform) -> list[str]:
    return [call[0].removeprefix("dev-") for call in fake.calls if call[1] == "destroy"]


def machine(environment: Environment, kubernetes: FakeKubernetes) -> str:
    """A NodeClaim with its instance; gives the instance's id."""
    made = leftovers.instance(environment.aws, "dev", environment.vpc)
    kubernetes.add(
        kinds.NODE_CLAIM,
        "default-x",
        finalizers=(FINALIZER,),
        labels={"karpenter.sh/nodepool": "default"},
        status={"providerID": f"aws:///{REGION}a/{made}"},
    )
    return made


def states(environment: Environment) -> dict[str, str]:
    """The state of each instance."""
    ec2 = environment.aws.client("ec2", REGION)
    return {
        each["InstanceId"]: each["State"]["Name"]
        for reservation in ec2.describe_instances()["Reservations"]
        for each in reservation["Instances"]
    }

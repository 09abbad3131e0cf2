"""Fixtures of the emulator's tests: one server a session, emptied for each module."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.model import Shape

from runner.terraform import terraform_environment
from tools import emulator
from tools.emulator import LocalAws

type_names = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "timestamp": (int, float),
    "double": (int, float),
}


@pytest.fixture(scope="session")
def server() -> Iterator[LocalAws]:
    with emulator.start("111122223333") as aws:
        yield aws


@pytest.fixture(scope="module")
def empty_aws(server: LocalAws) -> LocalAws:
    server.reset()
    return server


@pytest.fixture
def terraform_env(aws: LocalAws) -> dict[str, str]:
    """An environment in which Terraform finds its providers and talks to the emulator."""
    return terraform_environment(aws.process_environment())


@pytest.fixture
def aws(empty_aws: LocalAws) -> Iterator[LocalAws]:
    """An account that other tests of the module share; faults are gone after each test."""
    yield empty_aws
    empty_aws.clear_faults()


def check_shape(shape: Shape, value: Any, where: str) -> None:
    """Asserts that raw JSON is what a shape of the service model allows."""
    assert isinstance(value, type_names[shape.type_name]), f"{where}: {value!r}"
    if shape.type_name == "structure":
        members: Any = getattr(shape, "members")  # noqa: B009
        names = {member.serialization.get("name", name): name for name, member in members.items()}
        assert value.keys() <= names.keys(), f"{where} has {value.keys() - names.keys()}"
        for name, part in value.items():
            check_shape(members[names[name]], part, f"{where}.{name}")
    elif shape.type_name == "list":
        for index, part in enumerate(value):
            check_shape(getattr(shape, "member"), part, f"{where}[{index}]")  # noqa: B009
    elif shape.type_name == "map":
        for name, part in value.items():
            check_shape(getattr(shape, "value"), part, f"{where}.{name}")  # noqa: B009
    elif allowed := getattr(shape, "enum", None):
        assert value in allowed, f"{where}: {value!r}"


@pytest.fixture
def eks(aws: LocalAws) -> Iterator[Any]:
    """An EKS client that validates every response against the service model before parsing."""
    client = aws.client("eks")

    def check(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
        if response_dict["status_code"] < 300:
            body = json.loads(response_dict["body"] or b"{}")
            check_shape(operation_model.output_shape, body, operation_model.name)

    client.meta.events.register("before-parse.eks", check)
    yield client
    client.meta.events.unregister("before-parse.eks", check)


def trust(service: str, *actions: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": list(actions)}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def roles(empty_aws: LocalAws) -> dict[str, str]:
    """ARNs of a cluster role, a node role and a role for pods."""
    iam = empty_aws.client("iam")
    policies = {
        "cluster": trust("eks.amazonaws.com", "sts:AssumeRole"),
        "node": trust("ec2.amazonaws.com", "sts:AssumeRole"),
        "pod": trust("pods.eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"),
    }
    return {
        name: iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)["Role"]["Arn"]
        for name, policy in policies.items()
    }


@pytest.fixture(scope="module")
def subnets(empty_aws: LocalAws) -> list[str]:
    """Three subnets of the default VPC, in three zones."""
    answer = empty_aws.client("ec2").describe_subnets()
    return sorted(subnet["SubnetId"] for subnet in answer["Subnets"])[:3]


@pytest.fixture
def make_cluster(
    eks: Any, roles: dict[str, str], subnets: list[str], request: pytest.FixtureRequest
) -> Iterator[Callable[..., str]]:
    """Makes clusters that are named after the test and gone after it."""
    made: list[str] = []

    def make(**settings: Any) -> str:
        name = f"{request.node.originalname[:60]}-{len(made)}".replace("_", "-")
        answer = eks.create_cluster(
            name=name,
            version=settings.pop("version", "1.34"),
            roleArn=roles["cluster"],
            resourcesVpcConfig={"subnetIds": subnets, **settings.pop("vpc", {})},
            accessConfig=settings.pop(
                "access",
                {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
            ),
            **settings,
        )
        made.append(name)
        assert answer["cluster"]["status"] == "ACTIVE"
        return name

    yield make
    for name in made:
        remove_cluster(eks, name)


def remove_cluster(eks: Any, name: str) -> None:
    if name in eks.list_clusters()["clusters"]:
        for nodegroup in eks.list_nodegroups(clusterName=name)["nodegroups"]:
            eks.delete_nodegroup(clusterName=name, nodegroupName=nodegroup)
        if eks.describe_cluster(name=name)["cluster"]["deletionProtection"]:
            eks.update_cluster_config(name=name, deletionProtection=False)
        eks.delete_cluster(name=name)


@pytest.fixture
def cluster(make_cluster: Callable[..., str]) -> str:
    """The name of a plain 1.34 cluster with access entries and without a creator."""
    return make_cluster()


@pytest.fixture
def make_nodegroup(eks: Any, roles: dict[str, str], subnets: list[str]) -> Callable[..., Any]:
    def make(cluster: str, name: str = "system", **settings: Any) -> Any:
        answer = eks.create_nodegroup(
            clusterName=cluster,
            nodegroupName=name,
            nodeRole=settings.pop("nodeRole", roles["node"]),
            subnets=settings.pop("subnets", subnets),
            **settings,
        )
        return answer["nodegroup"]

    return make

"""Neither a destroy nor a feature that is switched off loses data, its key or what protects it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from support.environments import environment, example
from support.output import Output, Stack, synthesized_output

LASTING = (
    "aws_s3_bucket",
    "aws_backup_vault",
    "aws_efs_file_system",
    "aws_ecr_repository",
    "aws_prometheus_workspace",
)
"""Types that hold data of users; what is in the others is of no use without its cluster."""

Bodies = Mapping[str, Mapping[str, Any]]

KEY = "arn:aws:kms:eu-west-1:123456789012:key/8a1f0e6c-2f0b-4b8e-9c1d-0a1b2c3d4e5f"

VOLUMES: dict[str, Any] = {"volume_key": {"enabled": True}}

PROTECTED: dict[str, Any] = {
    "cluster": {"deletion_protection": True, **VOLUMES},
    "edge": {
        "inspection": {
            "enabled": True,
            "subnets": {"a": "10.0.96.0/28", "b": "10.0.96.16/28", "c": "10.0.96.32/28"},
        }
    },
    "backup": {"enabled": True, "copy_region": "eu-central-1", "lock": {"mode": "governance"}},
    "guardduty": {"enabled": True},
    "registry": {
        "repositories": {"shop/web": {}},
        "caches": {"mirror": {"upstream": "quay.io"}},
    },
    "platform": {
        "velero": {"enabled": True, "bucket": {"lock_days": 7}},
        "tracing": {"enabled": True},
        "reports": {"enabled": True},
        "monitoring": {"amp": {"enabled": True}},
    },
}
"""Every feature that holds data, with the defaults."""


@pytest.fixture(scope="module", params=["dev", "prod", "full", "protected"])
def stacks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Stack]:
    """The stacks of the examples and of a protected environment."""
    name = request.param
    made = environment(**PROTECTED) if name == "protected" else example(name)
    output = synthesized_output(tmp_path_factory.mktemp("out"), made)
    return [output.stack(name) for name in output.names]


def references(body: Any, type_: str) -> set[str]:
    """The addresses of one type that a body refers to."""
    return set(re.findall(rf"\b{type_}\.\w+", str(body)))


def needed(bodies: Bodies, address: str) -> set[str]:
    """All that a resource is created after, and so is destroyed before."""
    found: set[str] = set()
    todo = [address]
    while todo:
        text = str(bodies[todo.pop()])
        new = {other for other in bodies if re.search(rf"\b{re.escape(other)}\b", text)} - found
        found |= new
        todo += new
    return found


def encrypted(bodies: Bodies) -> Iterator[tuple[str, str]]:
    """Each resource that is encrypted, with its key."""
    settings = "aws_s3_bucket_server_side_encryption_configuration"
    for address, body in bodies.items():
        type_ = address.partition(".")[0]
        holders = references(body["bucket"], "aws_s3_bucket") if type_ == settings else {address}
        if type_ not in ("aws_kms_alias", "aws_kms_key") and "policy" not in type_:
            arguments = {name: value for name, value in body.items() if name != "policy"}
            for key in references(arguments, "aws_kms_key"):
                yield from ((holder, key) for holder in holders)


def is_kept(body: Mapping[str, Any]) -> bool:
    return bool(body.get("lifecycle", {}).get("prevent_destroy"))


def test_a_key_is_destroyed_after_what_it_encrypts(stacks: list[Stack]) -> None:
    found = 0
    for stack in stacks:
        bodies = stack.by_address()
        for holder, key in encrypted(bodies):
            found += 1
            assert key in needed(bodies, holder), f"{stack.path.name}: {key} before {holder}"
    assert found >= 8


def test_data_and_its_key_are_kept_together(stacks: list[Stack]) -> None:
    for stack in stacks:
        bodies = stack.by_address()
        for holder, key in encrypted(bodies):
            if is_kept(bodies[holder]) or holder.partition(".")[0] in LASTING:
                where = f"{stack.path.name}: {holder}, {key}"
                assert is_kept(bodies[holder]) == is_kept(bodies[key]), where


def test_data_is_kept_unless_force_destroy_is_set(stacks: list[Stack]) -> None:
    """Terraform then refuses at the plan, before it removes policy, versioning or encryption."""
    for stack in stacks:
        for type_, name, body in stack:
            # A file system has no such argument: AWS deletes it with its files.
            if type_ in LASTING and type_ != "aws_efs_file_system":
                where = f"{stack.path.name}: {type_}.{name}"
                argument = "force_delete" if type_ == "aws_ecr_repository" else "force_destroy"
                assert is_kept(body) is not body.get(argument, False), where


def stack_of(folder: Path, stack: str, **settings: Any) -> Stack:
    return synthesized_output(folder, environment(**settings)).stack(f"test-{stack}")


@pytest.fixture(scope="module")
def protected(tmp_path_factory: pytest.TempPathFactory) -> Output:
    """The stacks of the protected environment."""
    return synthesized_output(tmp_path_factory.mktemp("on"), environment(**PROTECTED))


DELETION_PROTECTION = {
    "cluster": {"aws_eks_cluster.cluster", "aws_kms_key.cluster_key"},
    "edge": {"aws_lb.load_balancer", "aws_lb.inspection", "aws_s3_bucket.access_logs"},
}


def test_deletion_protection_of_the_cluster_refuses_before_anything_else_is_destroyed(
    protected: Output, tmp_path: Path
) -> None:
    """AWS refuses too, but after nodes, add-ons, listeners and records are gone."""
    off = PROTECTED | {"cluster": {"deletion_protection": False}}
    unprotected = synthesized_output(tmp_path, environment(**off))
    for name, addresses in DELETION_PROTECTION.items():
        for output, expected in ((protected, True), (unprotected, False)):
            bodies = output.stack(f"test-{name}").by_address()
            assert {is_kept(bodies[address]) for address in addresses} == {expected}


@pytest.mark.parametrize("setting", [True, False])
def test_the_load_balancer_may_be_protected_unlike_the_cluster(
    setting: bool, tmp_path: Path
) -> None:
    edge = stack_of(
        tmp_path,
        "edge",
        edge={"deletion_protection": setting},
        cluster={"deletion_protection": not setting},
    )
    assert edge.resources("aws_lb")["load_balancer"]["enable_deletion_protection"] is setting


def left_in_aws(stack: Stack) -> set[str]:
    """What a stack removes from the state only."""
    blocks = stack.json.get("removed", [])
    assert all(block["lifecycle"] == {"destroy": False} for block in blocks)
    return {block["from"] for block in blocks}


def aliases(stack: Stack) -> set[str | None]:
    """The aliases of the stack's AWS providers."""
    return {each.get("alias") for each in stack.json["provider"]["aws"]}


PLATFORM: dict[str, Any] = PROTECTED["platform"]

OFF: dict[str, tuple[str, dict[str, Any]]] = {
    "velero": ("network", {"platform": PLATFORM | {"velero": {"enabled": False}}}),
    "traces": ("network", {"platform": PLATFORM | {"tracing": {"enabled": False}}}),
    "reports": ("network", {"platform": PLATFORM | {"reports": {"enabled": False}}}),
    "metrics": ("network", {"platform": PLATFORM | {"monitoring": {"amp": {"enabled": False}}}}),
    "backup": ("account", {"backup": {"enabled": False}}),
    "copy": ("account", {"backup": PROTECTED["backup"] | {"copy_region": None}}),
    "efs": ("cluster", {"cluster": {"efs": {"enabled": False}, **VOLUMES}, "backup": {}}),
    "access logs": ("edge", {"edge": PROTECTED["edge"] | {"access_logs": {"enabled": False}}}),
}

DESTROYED = (
    "aws_backup_plan",
    "aws_backup_selection",
    "aws_efs_mount_target",
    "aws_eks_addon",
    "aws_eks_pod_identity_association",
    "aws_iam_role",
    "aws_prometheus_workspace_configuration",
    "aws_security_group",
    "aws_vpc_security_group",
)
"""Types without data that a feature's end destroys."""


@pytest.mark.parametrize("feature", OFF)
def test_a_feature_that_is_switched_off_leaves_data_and_key_as_they_are(
    feature: str, protected: Output, tmp_path: Path
) -> None:
    name, settings = OFF[feature]
    on = protected.stack(f"test-{name}")
    off = stack_of(tmp_path, name, **PROTECTED | settings)
    left = left_in_aws(off)
    # Terraform needs the provider of what it removes from the state.
    assert aliases(off) == aliases(on)
    gone = on.addresses - off.addresses
    assert left & on.addresses == {each for each in gone if not each.startswith(DESTROYED)}
    assert set(LASTING) & {each.partition(".")[0] for each in left}
    assert left_in_aws(on) == set()


@pytest.mark.parametrize(
    ("stack", "name", "off"),
    [
        ("account", "registry_key", {"registry": {}}),
        ("network", "volume_key", {"cluster": {"volume_key": {"enabled": False}}}),
        ("network", "volume_key", {"cluster": {"volume_key": {"enabled": True, "arn": KEY}}}),
    ],
)
def test_the_key_of_images_and_volumes_outlives_what_is_configured(
    stack: str, name: str, off: dict[str, Any], protected: Output, tmp_path: Path
) -> None:
    """Images of caches, retained volumes and snapshots are in no state."""
    on = protected.stack(f"test-{stack}")
    after = stack_of(tmp_path, stack, **PROTECTED | off)
    key = {f"aws_kms_key.{name}", f"aws_kms_alias.{name}_alias"}
    assert is_kept(on.by_address()[f"aws_kms_key.{name}"])
    assert key <= on.addresses - after.addresses
    assert left_in_aws(after) == key
    assert left_in_aws(on) == set()


def test_unprotected_data_is_destroyed_with_its_feature(tmp_path: Path) -> None:
    off = environment(
        platform={
            "velero": {"bucket": {"force_destroy": True}},
            "tracing": {"bucket": {"force_destroy": True}},
            "reports": {"bucket": {"force_destroy": True}},
            "monitoring": {"amp": {"force_destroy": True}},
        },
        guardduty={"enabled": True},
        backup={"force_destroy": True},
        registry={"force_destroy": True},
        cluster={
            "efs": {"enabled": False, "force_destroy": True},
            "volume_key": {"force_destroy": True},
        },
        edge={"access_logs": {"enabled": False}},
    )
    output = synthesized_output(tmp_path, off)
    assert {name for name in output.names if left_in_aws(output.stack(name))} == set()

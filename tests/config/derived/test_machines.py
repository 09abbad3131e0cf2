"""What is allocatable on a node, by the formulas of EKS and the table of instance types."""

from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from config.derived import machines
from config.derived.machines import (
    allocatable,
    larger_types,
    may_exist,
    pod_addresses,
    smallest,
)
from config.sections.cluster_nodes import Nodes
from config.types.aws import InstanceType
from config.types.quantity import MEBIBYTE, Amount

NODES = Nodes()


@pytest.mark.parametrize(
    ("instance_type", "processors", "reserved_mib"),
    [
        # vCPUs less what EKS reserves; memory as nodeadm reserves it, plus the eviction threshold.
        ("m7g.medium", "0.940", 255 + 11 * 8 + 100),
        ("m7g.large", "1.930", 255 + 11 * 29 + 100),
        ("t4g.large", "1.930", 255 + 11 * 35 + 100),
        ("c7g.xlarge", "3.920", 255 + 11 * 58 + 100),
        ("r7i.2xlarge", "7.910", 255 + 11 * 58 + 100),
        ("m7g.16xlarge", "63.770", 255 + 11 * 737 + 100),
    ],
)
def test_what_eks_reserves_is_subtracted(
    instance_type: str, processors: str, reserved_mib: int
) -> None:
    amount = allocatable(instance_type, NODES)
    assert amount is not None
    assert amount.cpu == Decimal(processors)
    gib = {"c7g": 8, "r7i": 64, "t4g": 8}.get(instance_type.partition(".")[0])
    gib = gib or {"medium": 4, "large": 8, "16xlarge": 256}[instance_type.partition(".")[2]]
    assert amount.memory / MEBIBYTE == Decimal("0.925") * gib * 1024 - reserved_mib
    assert amount.pods == 110


def test_bottlerocket_reserves_memory_by_max_pods() -> None:
    few = allocatable("m7g.large", Nodes(ami="bottlerocket", max_pods=20))
    many = allocatable("m7g.large", Nodes(ami="bottlerocket", max_pods=110))
    assert few is not None
    assert many is not None
    assert (few.memory - many.memory) / MEBIBYTE == 11 * 90


@pytest.mark.parametrize("instance_type", ["m7g.metal", "m99g.large"])
def test_bare_metal_and_unknown_types_are_not_estimated(instance_type: str) -> None:
    assert allocatable(instance_type, NODES) is None


@pytest.mark.parametrize(
    ("instance_type", "pods"),
    [
        ("m7g.medium", 8),
        ("c5n.large", 29),
        ("t3a.small", 8),
        ("m8i.large", 59),
        ("m8i.2xlarge", 118),
        ("c8gn.48xlarge", 590),
        ("r6in.32xlarge", 394),
        ("m4.large", 20),
    ],
)
def test_pods_follow_from_interfaces_and_their_addresses(instance_type: str, pods: int) -> None:
    described = machines.describe(instance_type)
    assert described is not None
    assert described.max_pods == pods


def test_prefix_delegation_needs_nitro() -> None:
    assert pod_addresses("m4.large") == 9 + 2
    assert pod_addresses("t2.large") == 2 * 11 + 2


def test_interfaces_of_the_node_and_its_trunk_have_no_addresses_for_pods() -> None:
    # Three interfaces with ten addresses each; the first of an interface is its own.
    assert pod_addresses("m7g.large") == 9 * 16 + 2
    assert pod_addresses("m7g.metal") == 13 * 49 * 16 + 2
    # No trunk in burstable families.
    assert pod_addresses("t4g.large") == 2 * 11 * 16 + 2
    assert pod_addresses("m7g.medium") == 2
    assert pod_addresses("m7g.medium", security_groups=False) == 3 * 16 + 2


@pytest.mark.parametrize(
    ("instance_type", "exists"),
    [
        ("m7g.large", True),
        ("m7g.5xlarge", False),
        ("m7g.nano", False),
        ("m7i.medium", False),
        # Larger than all of the family: AWS may have added it.
        ("m7g.24xlarge", True),
        ("m7g.99xlarge", False),
        ("m7g.metal-24xl", True),
        # Burstable families get no larger sizes.
        ("t4g.4xlarge", False),
        ("m99g.large", True),
    ],
)
def test_sizes_that_a_family_does_not_have_are_refused(instance_type: str, *, exists: bool) -> None:
    assert may_exist(instance_type) is exists


def test_every_line_of_the_table_is_an_instance_type() -> None:
    name_of_type = TypeAdapter(InstanceType)
    for name in machines.known_types():
        described = machines.describe(name)
        assert described is not None, name
        assert name_of_type.validate_python(name) == name
        assert described.architecture in {"arm64", "x86_64"}, name
        assert described.hypervisor in {"nitro", "xen", "metal"}, name
        assert min(described.vcpus, described.memory_mib, described.max_pods) > 0, name


def test_the_table_lists_each_type_once_and_each_family_from_small_to_large() -> None:
    lines = machines.FILE.read_text(encoding="utf-8").splitlines()
    names = [line.partition("\t")[0] for line in lines if not line.startswith("#")]
    assert tuple(names) == machines.known_types()
    families = [(name.partition(".")[0], machines.describe(name)) for name in names]
    keys = [(family, found.vcpus) for family, found in families if found]
    assert keys == sorted(keys)


def test_the_smallest_type_of_a_group_counts() -> None:
    mixed = Nodes(instance_types=["m7g.xlarge", "c7g.xlarge", "r7g.large", "m99g.large"])
    cpu, memory = allocatable("r7g.large", NODES), allocatable("c7g.xlarge", NODES)
    assert cpu is not None
    assert memory is not None
    assert smallest(mixed) == Amount(cpu.cpu, memory.memory, 110)
    assert smallest(Nodes(instance_types=["m99g.large"])) is None


def test_larger_types_are_of_the_same_family() -> None:
    assert larger_types("t4g.large") == ["t4g.xlarge", "t4g.2xlarge"]
    assert larger_types("m7g.12xlarge") == ["m7g.16xlarge"]
    assert not larger_types("m7g.metal")

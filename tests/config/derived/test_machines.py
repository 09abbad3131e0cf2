"""What a node has for pods: EKS's own formulas, for the machines that are known."""

from decimal import Decimal

import pytest

from config.derived.machines import allocatable, larger_types, smallest
from config.sections.cluster_nodes import Nodes
from config.types.quantity import MEBIBYTE, Amount, QuantityError, quantity

NODES = Nodes()


@pytest.mark.parametrize(
    ("instance_type", "processors", "reserved_mib"),
    [
        # Processors less EKS's share of them; memory as nodeadm reserves it, with what it evicts.
        ("m7g.medium", "0.940", 255 + 11 * 8 + 100),
        ("m7g.large", "1.930", 255 + 11 * 29 + 100),
        ("t4g.large", "1.930", 255 + 11 * 35 + 100),
        ("c7g.xlarge", "3.920", 255 + 11 * 58 + 100),
        ("r7i.2xlarge", "7.910", 255 + 11 * 58 + 100),
        ("m7g.16xlarge", "63.770", 255 + 11 * 737 + 100),
    ],
)
def test_what_eks_reserves_is_taken_off(
    instance_type: str, processors: str, reserved_mib: int
) -> None:
    offered = allocatable(instance_type, NODES)
    assert offered is not None
    assert offered.cpu == Decimal(processors)
    gib = {"c7g": 8, "r7i": 64, "t4g": 8}.get(instance_type.partition(".")[0])
    gib = gib or {"medium": 4, "large": 8, "16xlarge": 256}[instance_type.partition(".")[2]]
    assert offered.memory / MEBIBYTE == Decimal("0.925") * gib * 1024 - reserved_mib
    assert offered.pods == 110


def test_bottlerocket_reserves_by_the_limit_of_pods() -> None:
    few = allocatable("m7g.large", Nodes(ami="bottlerocket", max_pods=20))
    many = allocatable("m7g.large", Nodes(ami="bottlerocket", max_pods=110))
    assert few is not None
    assert many is not None
    assert (few.memory - many.memory) / MEBIBYTE == 11 * 90


@pytest.mark.parametrize(
    "instance_type", ["c5n.large", "i4i.large", "m4.large", "m7g.metal", "x8g.large", "t2.large"]
)
def test_machines_of_other_shapes_are_not_known(instance_type: str) -> None:
    assert allocatable(instance_type, NODES) is None


def test_the_smallest_of_a_groups_types_counts() -> None:
    mixed = Nodes(instance_types=["m7g.xlarge", "c7g.xlarge", "r7g.large", "i4g.large"])
    cpu, memory = allocatable("r7g.large", NODES), allocatable("c7g.xlarge", NODES)
    assert cpu is not None
    assert memory is not None
    assert smallest(mixed) == Amount(cpu.cpu, memory.memory, 110)
    assert smallest(Nodes(instance_types=["i4g.large"])) is None


def test_larger_types_are_of_the_same_family() -> None:
    assert larger_types("t4g.large") == ["t4g.xlarge", "t4g.2xlarge"]
    assert larger_types("m7g.12xlarge") == ["m7g.16xlarge", "m7g.24xlarge"]
    assert not larger_types("m7g.metal")


@pytest.mark.parametrize(
    ("text", "number"), [("100m", "0.1"), ("2", "2"), (1.5, "1.5"), ("64Mi", 2**26), ("1k", 1000)]
)
def test_quantities_are_numbers(text: str | float, number: str | int) -> None:
    assert quantity(text) == Decimal(number)


@pytest.mark.parametrize("text", ["much", "1Xi", ""])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(QuantityError):
        quantity(text)

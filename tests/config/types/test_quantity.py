"""Kubernetes quantities as numbers."""

from decimal import Decimal

import pytest

from config.types.quantity import QuantityError, quantity


@pytest.mark.parametrize(
    ("text", "number"), [("100m", "0.1"), ("2", "2"), (1.5, "1.5"), ("64Mi", 2**26), ("1k", 1000)]
)
def test_a_quantity_is_a_number(text: str | float, number: str | int) -> None:
    assert quantity(text) == Decimal(number)


@pytest.mark.parametrize("text", ["much", "1Xi", ""])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(QuantityError):
        quantity(text)

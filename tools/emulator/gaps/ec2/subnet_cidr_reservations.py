"""EC2: the description of a subnet CIDR reservation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.ec2.models.subnets import SubnetCidrReservation
from moto.ec2.responses import EC2Response

if TYPE_CHECKING:
    from moto.core.responses import ActionResult


class SubnetCidrReservations(EC2Response):
    """EC2 that gives a reservation its description back.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SubnetCidrReservation.html
    """

    def create_subnet_cidr_reservation(self) -> ActionResult:
        """Answers CreateSubnetCidrReservation."""
        answer = super().create_subnet_cidr_reservation()
        reservation = _reservation(answer)
        vars(reservation)["description"] = self._get_param("Description")
        return answer


def _reservation(answer: ActionResult) -> SubnetCidrReservation:
    result = answer.result
    if isinstance(result, dict) and isinstance(
        reservation := result["SubnetCidrReservation"], SubnetCidrReservation
    ):
        return reservation
    raise TypeError(f"moto answered CreateSubnetCidrReservation with {result!r}")

"""EC2: the DNS options of VPC endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.responses import EC2Response

from tools.emulator.gaps.moto_hooks import AwsError

if TYPE_CHECKING:
    from moto.core.responses import ActionResult

_INBOUND_ONLY = "PrivateDnsOnlyForInboundResolverEndpoint"
_WITHOUT_PRIVATE_DNS = ("dynamodb", "dynamodb-streams")


class VpcEndpoints(EC2Response):
    """EC2 that refuses and remembers the DNS options of an interface endpoint.

    Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html,
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html
    """

    def create_vpc_endpoint(self) -> ActionResult:
        """Answers CreateVpcEndpoint."""
        name = self._get_param("ServiceName")
        interface = self._get_param("VpcEndpointType") == "Interface"
        private = interface and self._get_bool_param("PrivateDnsEnabled", if_none=True)
        options: dict[str, Any] = self._get_param("DnsOptions", {})
        if private and name.rpartition(".")[2] in _WITHOUT_PRIVATE_DNS:
            raise AwsError(
                "InvalidParameter",
                f"private-dns-enabled cannot be set because the service {name} does not provide a "
                "private DNS name.",
            )
        # The default for S3 if the request does not set it.
        inbound = options.get(_INBOUND_ONLY, private and name.endswith(".s3"))
        if inbound and not self._has_gateway(name):
            raise AwsError(
                "InvalidParameter",
                f"To set {_INBOUND_ONLY} to true, the VPC {self._get_param('VpcId')} must have a "
                "Gateway endpoint for the service.",
            )
        answer = super().create_vpc_endpoint()
        result: Any = answer.result
        if interface:
            vars(result["VpcEndpoint"])["dns_options"] = {
                "DnsRecordIpType": "ipv4",
                _INBOUND_ONLY: bool(inbound),
            }
        return answer

    def _has_gateway(self, service: str) -> bool:
        return any(
            endpoint.vpc_id == self._get_param("VpcId")
            and endpoint.service_name == service
            and endpoint.vpc_endpoint_type == "Gateway"
            and endpoint.state != "deleted"
            for endpoint in self.ec2_backend.vpc_end_points.values()
        )

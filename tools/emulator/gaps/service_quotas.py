"""Service Quotas of a new account; an increase is granted at once.

moto has four quotas of VPC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult
from moto.servicequotas import urls
from moto.servicequotas.exceptions import NoSuchResource
from moto.servicequotas.responses import ServiceQuotasResponse

from tools.emulator.gaps.moto_hooks import AwsError, attached, serve

_CLASSES = {
    "Standard (A, C, D, H, I, M, R, T, Z)": ("L-1216C47A", "L-34B43A08", 5),
    "DL": ("L-6E869C2A", "L-85EED4F7", 0),
    "F": ("L-74FC7D96", "L-88CF9481", 0),
    "G and VT": ("L-DB2E81BA", "L-3819A6DF", 0),
    "Inf": ("L-1945791B", "L-B5D1601B", 0),
    "P": ("L-417A185B", "L-7212CCBC", 0),
    "Trn": ("L-2C3B7624", "L-6B0D517C", 0),
    "X": ("L-7295265B", "L-E3A00192", 0),
}

# Service and code: name, and the value that AWS gives by default.
# Sources: https://docs.aws.amazon.com/general/latest/gr/vpc-service.html,
# https://docs.aws.amazon.com/general/latest/gr/ec2-service.html,
# https://docs.aws.amazon.com/general/latest/gr/elb.html,
# https://docs.aws.amazon.com/general/latest/gr/eks.html
_DEFAULTS: dict[tuple[str, str], tuple[str, int]] = {
    ("ec2", "L-0263D0A3"): ("EC2-VPC Elastic IPs", 5),
    ("vpc", "L-F678F1CE"): ("VPCs per Region", 5),
    ("vpc", "L-A4707A72"): ("Internet gateways per Region", 5),
    ("vpc", "L-FE5A380F"): ("NAT gateways per Availability Zone", 5),
    ("vpc", "L-1B52E74A"): ("Gateway VPC endpoints per Region", 20),
    ("vpc", "L-29B6F2EB"): ("Interface VPC endpoints per VPC", 50),
    ("eks", "L-1194D53C"): ("Clusters", 100),
    ("elasticloadbalancing", "L-53DA6B97"): ("Application Load Balancers per Region", 50),
    ("elasticloadbalancing", "L-69A177A2"): ("Network Load Balancers per Region", 50),
    ("elasticloadbalancing", "L-E9E9831D"): ("Classic Load Balancers per Region", 20),
}
for _class, (_on_demand, _spot, _value) in _CLASSES.items():
    _DEFAULTS["ec2", _on_demand] = (f"Running On-Demand {_class} instances", _value)
    _DEFAULTS["ec2", _spot] = (f"All {_class} Spot Instance Requests", _value)


@dataclass
class _Applied:
    values: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])


class ServiceQuotas(ServiceQuotasResponse):
    """The quotas that an EKS platform meets first."""

    def __init__(self) -> None:
        super().__init__()
        self.automated_parameter_parsing = True

    def get_service_quota(self) -> Any:
        """Answers GetServiceQuota, with moto's quotas for codes that are not known here."""
        key = self._key()
        if key not in _DEFAULTS:
            return super().get_service_quota()
        return ActionResult({"Quota": self._quota(key, self._applied.get(key))})

    def get_aws_default_service_quota(self) -> ActionResult:
        """Answers GetAWSDefaultServiceQuota."""
        key = self._key()
        if key not in _DEFAULTS:
            raise NoSuchResource
        return ActionResult({"Quota": self._quota(key, None)})

    def request_service_quota_increase(self) -> ActionResult:
        """Answers RequestServiceQuotaIncrease, and applies the new value."""
        key = self._key()
        desired = float(self._get_param("DesiredValue"))
        if key not in _DEFAULTS:
            raise NoSuchResource
        if desired <= self._quota(key, self._applied.get(key))["Value"]:
            message = "You must provide a quota value greater than the current quota value."
            raise AwsError("IllegalArgumentException", message)
        self._applied[key] = desired
        requested = {"Id": "request", "Status": "APPROVED", "DesiredValue": desired}
        service, code = key
        answer = {**requested, "ServiceCode": service, "QuotaCode": code}
        return ActionResult({"RequestedQuota": answer})

    @property
    def _applied(self) -> dict[tuple[str, str], float]:
        return attached(self.backend, _Applied).values

    def _key(self) -> tuple[str, str]:
        return str(self._get_param("ServiceCode")), str(self._get_param("QuotaCode"))

    def _quota(self, key: tuple[str, str], applied: float | None) -> dict[str, Any]:
        service, code = key
        name, default = _DEFAULTS[key]
        arn = f"arn:{self.partition}:servicequotas:{self.region}:{self.current_account}"
        return {
            "ServiceCode": service,
            "QuotaCode": code,
            "QuotaArn": f"{arn}:{service}/{code}",
            "QuotaName": name,
            "Value": float(default if applied is None else applied),
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
        }


def install() -> None:
    """Puts this class in the place of moto's."""
    serve(urls, ServiceQuotas)

"""KMS: the rotation period of a key, who manages it, and its replicas."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field

from moto.core.utils import utcnow
from moto.kms import urls
from moto.kms.models import kms_backends
from moto.kms.responses import KmsResponse

from tools.emulator.gaps.moto_hooks import AwsError, attached, serve

_DEFAULT_DAYS = 365
_ALLOWED_DAYS = range(90, 2561)
_AWS_ALIAS = "alias/aws/"


@dataclass
class _Rotation:
    """Rotation periods by key id, and when rotation was switched on."""

    days: dict[str, int] = field(default_factory=dict)
    since: dict[str, datetime.datetime] = field(default_factory=dict)


class Kms(KmsResponse):
    """KMS with ``RotationPeriodInDays``.

    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
    """

    def enable_key_rotation(self) -> str:
        """Answers EnableKeyRotation: 90 to 2560 days, 365 if not given."""
        days = int(self._get_param("RotationPeriodInDays") or _DEFAULT_DAYS)
        if days not in _ALLOWED_DAYS:
            raise AwsError("ValidationException", f"Rotation period {days} is not in 90 to 2560")
        answer = super().enable_key_rotation()
        rotation, key = self._rotation(), self._key_id()
        rotation.days[key] = days
        rotation.since.setdefault(key, utcnow())
        return answer

    def get_key_rotation_status(self) -> str:
        """Answers GetKeyRotationStatus, with the period and the next date while rotation is on."""
        status = json.loads(super().get_key_rotation_status())
        rotation, key = self._rotation(), self._key_id()
        status["KeyId"] = key
        if status["KeyRotationEnabled"]:
            days = rotation.days.get(key, _DEFAULT_DAYS)
            since = rotation.since.setdefault(key, utcnow())
            status["RotationPeriodInDays"] = days
            status["NextRotationDate"] = (since + datetime.timedelta(days=days)).timestamp()
        return json.dumps(status)

    def describe_key(self) -> str:
        """Answers DescribeKey; moto takes the keys that services make for themselves for yours."""
        answer = json.loads(super().describe_key())
        key = self.kms_backend.keys[self._key_id()]
        if any(alias.startswith(_AWS_ALIAS) for alias in key.aliases):
            answer["KeyMetadata"]["KeyManager"] = "AWS"
        return json.dumps(answer)

    def replicate_key(self) -> str:
        """Answers ReplicateKey; moto's replica shares what a replica has of its own.

        Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html
        """
        answer = json.loads(super().replicate_key())
        region, primary = self._get_param("ReplicaRegion"), self._key_id()
        backend = kms_backends[self.current_account][region]
        replica = backend.keys[primary]
        replica.aliases, replica.grants = {}, {}
        replica.description = self._get_param("Description") or ""
        replica.policy = self._get_param("Policy") or replica.generate_default_policy()
        replica.multi_region_configuration = {
            **replica.multi_region_configuration,
            "MultiRegionKeyType": "REPLICA",
        }
        tags = self._get_param("Tags") or []
        backend.tag_resource(primary, {tag["TagKey"]: tag["TagValue"] for tag in tags})
        answer["ReplicaKeyMetadata"] = replica.to_dict()["KeyMetadata"]
        answer["ReplicaPolicy"] = replica.policy
        return json.dumps(answer)

    def _key_id(self) -> str:
        return self.kms_backend.any_id_to_key_id(self._get_param("KeyId"))

    def _rotation(self) -> _Rotation:
        return attached(self.kms_backend, _Rotation)


def install() -> None:
    """Puts this class in the place of moto's."""
    serve(urls, Kms)

"""GuardDuty: features of a detector are changed one by one; an organization's configuration."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from moto.guardduty import urls
from moto.guardduty.responses import GuardDutyResponse

from emulator.gaps.moto_hooks import attached, serve


@dataclass
class _Organizations:
    """The accounts of an organization that GuardDuty comes to, by detector."""

    members: dict[str, str] = field(default_factory=dict)


class GuardDuty(GuardDutyResponse):
    """GuardDuty whose UpdateDetector changes the features that it names.

    Sources: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html,
    https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateOrganizationConfiguration.html
    """

    def update_organization_configuration(self) -> str:
        """Answers UpdateOrganizationConfiguration."""
        members = self._get_param("autoEnableOrganizationMembers")
        self._organizations()[self._detector_id()] = members
        return json.dumps({})

    def describe_organization_configuration(self) -> str:
        """Answers DescribeOrganizationConfiguration."""
        members = self._organizations().get(self._detector_id(), "NONE")
        return json.dumps(
            {
                "autoEnableOrganizationMembers": members,
                # The older word for it, which the AWS provider compares as well.
                "autoEnable": members != "NONE",
                "memberAccountLimitReached": False,
            }
        )

    def _detector_id(self) -> str:
        """The detector of the path ``/detector/<id>/admin``, which has to be there."""
        detector_id = self.path.split("/")[-2]
        self.guardduty_backend.get_detector(detector_id)
        return detector_id

    def _organizations(self) -> dict[str, str]:
        return attached(self.guardduty_backend, _Organizations).members

    def update_detector(self) -> str:
        """Answers UpdateDetector."""
        detector = self.guardduty_backend.get_detector(self.path.split("/")[-1])
        features = {feature["name"]: feature for feature in detector.features}
        features |= {feature["name"]: feature for feature in self._get_param("features") or []}
        detector.update(
            self._get_param("enable"),
            self._get_param("findingPublishingFrequency"),
            self._get_param("dataSources"),
            list(features.values()),
        )
        return json.dumps({})


def install() -> None:
    """Puts this class in the place of moto's."""
    serve(urls, GuardDuty, "{0}/detector/(?P<detector_id>[^/]+)/admin$")

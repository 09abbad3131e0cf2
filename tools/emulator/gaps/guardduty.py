"""GuardDuty: features of a detector change one by one, agents have a status each; organizations."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from moto.guardduty import urls
from moto.guardduty.responses import GuardDutyResponse

from tools.emulator.gaps.moto_hooks import AwsError, attached, serve

_RUNTIME = "RUNTIME_MONITORING"
_EKS_RUNTIME = "EKS_RUNTIME_MONITORING"

_AGENTS = {
    _RUNTIME: ("EC2_AGENT_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EKS_ADDON_MANAGEMENT"),
    _EKS_RUNTIME: ("EKS_ADDON_MANAGEMENT",),
}
"""The agents of a feature; a detector has a status of each, requested or not."""


@dataclass
class _Organizations:
    """By detector: in which member accounts GuardDuty is enabled, and with which features."""

    members: dict[str, str] = field(default_factory=dict)
    features: dict[str, dict[str, Any]] = field(default_factory=dict)


class GuardDuty(GuardDutyResponse):
    """GuardDuty whose UpdateDetector changes what it names.

    Sources: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html,
    https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DetectorFeatureConfiguration.html
    and https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateOrganizationConfiguration.html
    """

    def update_organization_configuration(self) -> str:
        """Answers UpdateOrganizationConfiguration; features that it does not name stay."""
        detector_id, organizations = self._detector_id(), self._organizations()
        organizations.members[detector_id] = self._get_param("autoEnableOrganizationMembers")
        features = organizations.features.setdefault(detector_id, {})
        for feature in self._get_param("features") or []:
            features[feature["name"]] = _with_agents(
                feature, features.get(feature["name"], {}), "autoEnable", "NONE"
            )
        return json.dumps({})

    def describe_organization_configuration(self) -> str:
        """Answers DescribeOrganizationConfiguration."""
        detector_id, organizations = self._detector_id(), self._organizations()
        members = organizations.members.get(detector_id, "NONE")
        return json.dumps(
            {
                "autoEnableOrganizationMembers": members,
                # The older word for it, which the AWS provider compares as well.
                "autoEnable": members != "NONE",
                "memberAccountLimitReached": False,
                "features": list(organizations.features.get(detector_id, {}).values()),
            }
        )

    def _detector_id(self) -> str:
        """The detector of the path ``/detector/<id>/admin``, which has to be there."""
        detector_id = self.path.split("/")[-2]
        self.guardduty_backend.get_detector(detector_id)
        return detector_id

    def _organizations(self) -> _Organizations:
        return attached(self.guardduty_backend, _Organizations)

    def update_detector(self) -> str:
        """Answers UpdateDetector.

        Raises:
            AwsError: it names both kinds of runtime monitoring.
        """
        detector = self.guardduty_backend.get_detector(self.path.split("/")[-1])
        asked = {feature["name"]: feature for feature in self._get_param("features") or []}
        if {_RUNTIME, _EKS_RUNTIME} <= set(asked):
            text = "The request is rejected because it has both kinds of runtime monitoring."
            raise AwsError("BadRequestException", text)
        features = {feature["name"]: feature for feature in detector.features}
        for name, feature in asked.items():
            features[name] = _with_agents(feature, features.get(name, {}))
        detector.update(
            self._get_param("enable"),
            self._get_param("findingPublishingFrequency"),
            self._get_param("dataSources"),
            list(features.values()),
        )
        return json.dumps({})


def _with_agents(
    feature: dict[str, Any], before: dict[str, Any], state: str = "status", off: str = "DISABLED"
) -> dict[str, Any]:
    agents = dict.fromkeys(_AGENTS.get(feature["name"], ()), off)
    for known in (before, feature):
        for agent in known.get("additionalConfiguration") or ():
            agents[agent["name"]] = agent[state]
    additional = [{"name": name, state: value} for name, value in agents.items()]
    return {**feature, "additionalConfiguration": additional} if additional else feature


def install() -> None:
    """Puts this class in the place of moto's."""
    serve(urls, GuardDuty, "{0}/detector/(?P<detector_id>[^/]+)/admin$")

"""GuardDuty: changing one feature of a detector leaves the others."""

from __future__ import annotations

import json

from moto.guardduty import urls
from moto.guardduty.responses import GuardDutyResponse

from emulator.gaps.moto_hooks import serve


class GuardDuty(GuardDutyResponse):
    """GuardDuty whose UpdateDetector changes the features that it names.

    Source: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html
    """

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
    serve(urls, GuardDuty)

"""Whether the region is turned off itself."""

from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from runner.check.finding import Finding
from runner.failover.standby import Standby
from runner.failover.switch import AWAY
from runner.regions.choice import region_code


def find(standby: Standby) -> Iterator[Finding]:
    """The region's own switch, which is in another region, and regions that are out of reach."""
    own = [each for each in standby.switches.found if each.region == region_code(standby.edge)]
    for switch in own:
        subject = f"switch of {switch.region}"
        try:
            status = switch.status
        except (BotoCoreError, ClientError) as error:
            yield Finding(
                "warning", subject, f"cannot be read in {switch.location.region}: {error}"
            )
            continue
        if status == AWAY:
            action = "`make failback` turns it on."
            yield Finding("error", subject, "the region is turned off itself", action=action)
        else:
            yield Finding("ok", subject, f"status {status}")
    for environment, reason in standby.switches.unread.items():
        found = f"its state cannot be read, so that switches there stay as they are: {reason}"
        yield Finding("warning", environment, found)

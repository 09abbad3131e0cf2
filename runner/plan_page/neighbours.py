"""The resources of the other stacks, which may belong to a resource of this one."""

from collections.abc import Callable, Sequence

from botocore.exceptions import ClientError

from runner.backend.location import Location
from runner.backend.remote_state import UNREADABLE, read_state
from runner.manifest import Stack
from runner.plan_page.foreign import Resources


def neighbours(
    stack: Stack, stacks: Sequence[Stack], location: Location
) -> Callable[[], Resources | None]:
    """Reads the states of the other stacks when they are needed.

    A stack may add rules to the security group of another. A role that plans this stack alone need
    not be able to read the others: then it is not known what they have.
    """

    def read() -> Resources | None:
        found: list[tuple[str, dict[str, object]]] = []
        try:
            for each in stacks:
                state = None if each == stack else read_state(location, each.backend["key"])
                for address, values in state.resources.items() if state else ():
                    found.append((address.split(".")[0], values))
        except ClientError as error:
            if error.response["Error"]["Code"] in UNREADABLE:
                return None
            raise
        return found

    return read

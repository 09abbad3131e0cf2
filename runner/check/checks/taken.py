"""How a name that exists already is reported."""

from runner.check.context import CheckContext
from runner.check.finding import Finding
from runner.check.needs import Resource
from runner.check.ours import Tags, described

FREE = "free"


def taken(
    context: CheckContext, resource: Resource, what: str, name: str, tags: Tags, *, action: str = ""
) -> Finding:
    """The finding about something that exists under the name of a resource.

    Args:
        what: its kind and name.
        action: what to do if it belongs to something else.
    """
    match context.ours.owner(resource, name, tags):
        case "recorded":
            return Finding("ok", what, "this environment's", FREE)
        case "tagged":
            return Finding(
                "warning",
                what,
                "has the tags of this environment, but is in none of its states",
                "in the state, or not there",
                f"Delete it, or import it as {resource.address} of {resource.stack}: an apply "
                "would fail because it exists.",
            )
        case "other":
            return Finding(
                "error",
                what,
                f"exists and is not this environment's ({described(tags)})",
                FREE,
                action
                or "Give the environment another `name` or `cluster.name`, or delete it if it is "
                "not needed.",
            )

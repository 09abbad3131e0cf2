"""Whether a stack can be destroyed without a refresh of its state.

A refresh of the platform stack downloads the index and the archive of every chart, so that a
repository that cannot be reached stops a destroy that needs no chart. Without it, the providers of
Helm and Kubernetes use the address and the certificate of the cluster that are in the state, and
ask Kubernetes about each object only when they delete it: an object that is gone is no error. So
the state is current enough if it is about the cluster that exists now, and if its API answers:
Helm's provider takes a release that it cannot look up for one that is gone.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from runner.backend.remote_state import read_object
from runner.destroy.target import Target
from runner.kubernetes.access import described
from runner.manifest import Stack

WITHOUT: Final = "-refresh=false"


def refresh_arguments(stack: Stack, target: Target, say: Callable[[str], None]) -> tuple[str, ...]:
    """The argument that leaves the refresh out, where that is safe."""
    cluster = described(target.location, target.name, target.region)
    content = read_object(target.location, stack.backend["key"])
    if cluster is None or content is None:
        return ()
    recorded = _recorded_cluster(json.loads(content))
    same = recorded is not None and (
        recorded["endpoint"] == cluster["endpoint"]
        and recorded["certificate_authority"][0]["data"] == cluster["certificateAuthority"]["data"]
    )
    if not same:
        return ()
    say(
        f"{stack.name}: the state is of the cluster that exists now, so it is destroyed with "
        f"{WITHOUT}, which needs no chart repository."
    )
    return (WITHOUT,)


def _recorded_cluster(state: dict[str, Any]) -> dict[str, Any] | None:
    """The cluster as the stack's data source has read it last."""
    for resource in state.get("resources", ()):
        if resource["mode"] == "data" and resource["type"] == "aws_eks_cluster":
            for instance in resource["instances"]:
                return instance["attributes"]
    return None

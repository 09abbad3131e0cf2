"""What a role of a pipeline needs for `make tunnel`, which leads to a private Kubernetes API."""

from collections.abc import Iterator
from typing import Final

from config.derived.ci import session_name
from config.environment import Environment
from modules.identity.policy import Statement
from modules.permissions.policies import TAG

DOCUMENT: Final = "AWS-StartPortForwardingSessionToRemoteHost"

_CHECKED: Final = {"BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"}}
"""The caller also needs the permission for the document of the session."""


def tunnel_statements(environment: Environment) -> Iterator[Statement]:
    """Sessions that forward a port through the environment's nodes, and no other session.

    Without the check of the document, a request that names none would open a shell on a node. The
    id of a session begins with the name of the role's session.

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-sessiondocumentaccesscheck.html
    """
    partition, region = environment.partition, environment.region
    here = f"{region}:{environment.account}"
    yield Statement(
        "TunnelFind", ["ec2:DescribeInstances", "ssm:DescribeInstanceInformation"], ["*"]
    )
    yield Statement(
        "TunnelCluster",
        ["eks:DescribeCluster"],
        [f"arn:{partition}:eks:{here}:cluster/{environment.cluster_name}"],
    )
    yield Statement(
        "TunnelNodes",
        ["ssm:StartSession"],
        [f"arn:{partition}:ec2:{here}:instance/*"],
        conditions={
            "StringEquals": {f"ssm:resourceTag/{TAG}": environment.name},
            **_CHECKED,
        },
    )
    yield Statement(
        "TunnelDocument",
        ["ssm:StartSession"],
        [f"arn:{partition}:ssm:{region}::document/{DOCUMENT}"],
        conditions=_CHECKED,
    )
    yield Statement(
        "TunnelEnd",
        ["ssm:ResumeSession", "ssm:TerminateSession"],
        [f"arn:{partition}:ssm:{here}:session/{session_name(environment)}-*"],
    )

"""Systems Manager: parameters of node images for EKS, and the instances that it can connect to.

Of the public parameters moto has those of Amazon Linux and of ECS only; those of EKS are after
config/versions.yaml.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.ssm import urls
from moto.ssm.models import Parameter, ParameterDict
from moto.ssm.responses import SimpleSystemManagerResponse

from config import versions
from tools.emulator.gaps.moto_hooks import replace, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.ec2.models import EC2Backend

_IMAGE = "ami-0123456789abcdef0"
_PREFIXES = ("/aws/service/eks/optimized-ami/", "/aws/service/bottlerocket/")

_check_loading_status: Any = vars(ParameterDict)["_check_loading_status"]


_CORE: Final = "AmazonSSMManagedInstanceCore"
_AGENT: Final = "3.3.3050.0"


class Ssm(SimpleSystemManagerResponse):
    """Systems Manager with DescribeInstanceInformation.

    An instance is registered as soon as its role has the policy for it.

    Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
    """

    def describe_instance_information(self) -> ActionResult:
        """Answers DescribeInstanceInformation, all instances or those with given ids."""
        chosen = {
            id_
            for filter_ in self._get_param("Filters", [])
            if filter_["Key"] == "InstanceIds"
            for id_ in filter_["Values"]
        }
        ec2 = ec2_backends[self.current_account][self.region]
        return ActionResult(
            {
                "InstanceInformationList": [
                    {"InstanceId": each.id, "PingStatus": "Online", "AgentVersion": _AGENT}
                    for reservation in ec2.all_reservations()
                    for each in reservation.instances
                    if (not chosen or each.id in chosen) and self._registers(ec2, each.id)
                ]
            }
        )

    def _registers(self, ec2: EC2Backend, instance_id: str) -> bool:
        association = ec2.iam_instance_profile_associations.get(instance_id)
        if association is None or association.instance.state != "running":
            return False
        iam = iam_backends[self.current_account][self.partition]
        profile = iam.get_instance_profile(association.iam_instance_profile.name)
        return any(
            arn.endswith(f"/{_CORE}") for role in profile.roles for arn in role.managed_policies
        )


def install() -> None:
    """Adds the parameters, which are made when the first of them is asked for, and the action."""
    replace(ParameterDict, "_check_loading_status", _loaded)
    serve(urls, Ssm)


def _loaded(parameters: Any, key: str) -> None:
    _check_loading_status(parameters, key)
    if str(key or "").startswith(_PREFIXES):
        for name, value in _releases():
            if not dict.__contains__(parameters, name):
                made = Parameter(
                    account_id=parameters.account_id,
                    name=name,
                    value=value,
                    parameter_type="String",
                    description=None,
                    allowed_pattern=None,
                    keyid=None,
                    last_modified_date=utcnow().timestamp(),
                    version=1,
                    data_type="text",
                )
                defaultdict.__getitem__(parameters, name).append(made)


def _releases() -> Iterator[tuple[str, str]]:
    """Names and values. https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html.

    The images of one release are named as Karpenter asks for them, and EKS's node groups.
    """
    for minor in versions.minors():
        al2023, bottlerocket = versions.ami("al2023", minor), versions.ami("bottlerocket", minor)
        for architecture in ("x86_64", "arm64"):
            folder = (
                f"/aws/service/eks/optimized-ami/{minor}/amazon-linux-2023/{architecture}/standard"
            )
            image = f"amazon-eks-node-al2023-{architecture}-standard-{minor}-v"
            yield f"{folder}/recommended/release_version", al2023
            yield f"{folder}/{image}{al2023.rpartition('-')[2]}/image_id", _IMAGE
            folder = f"/aws/service/bottlerocket/aws-k8s-{minor}/{architecture}"
            yield f"{folder}/latest/image_version", bottlerocket
            for release in (bottlerocket, bottlerocket.partition("-")[0]):
                yield f"{folder}/{release}/image_id", _IMAGE

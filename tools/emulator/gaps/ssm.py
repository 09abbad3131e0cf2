"""AWS's public parameters of node images for EKS, after config/versions.yaml.

moto has those of Amazon Linux and of ECS only.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow
from moto.ssm.models import Parameter, ParameterDict

from config import versions
from tools.emulator.gaps.moto_hooks import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

_IMAGE = "ami-0123456789abcdef0"
_PREFIXES = ("/aws/service/eks/optimized-ami/", "/aws/service/bottlerocket/")

_check_loading_status: Any = vars(ParameterDict)["_check_loading_status"]


def install() -> None:
    """Adds the parameters, which are made when the first of them is asked for."""
    replace(ParameterDict, "_check_loading_status", _loaded)


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

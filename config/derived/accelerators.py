"""Which instance types have GPUs of NVIDIA, by their names.

Source: https://aws.amazon.com/ec2/instance-types/#Accelerated_Computing
"""

import re
from typing import Final

_NVIDIA: Final = re.compile(r"(g|gr|p)[0-9]+[a-z-]*")

_OTHER_GPUS: Final = frozenset({"g4ad"})
"""Families of the category g with GPUs of AMD."""


def has_nvidia_gpus(instance_type: str) -> bool:
    """Whether an instance type, for example g5.xlarge, or a family has GPUs of NVIDIA."""
    family = instance_type.partition(".")[0]
    return _NVIDIA.fullmatch(family) is not None and family not in _OTHER_GPUS

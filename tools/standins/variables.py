"""The environment variables with which tests lead the stand-ins."""

from typing import Final

LOG: Final = "EKS_PLATFORM_STANDIN_LOG"
"""The file to which what happens is written, a line of JSON each."""

FAIL: Final = "EKS_PLATFORM_STANDIN_FAIL"
"""What is to fail: `helm_release.<name>` or `<type>.<namespace>/<name>`."""

CLUSTER: Final = "EKS_PLATFORM_STANDIN_CLUSTER"
"""How to reach the API that resources are applied to, as JSON; unset where there is none."""

HELM: Final = "EKS_PLATFORM_STANDIN_HELM"
"""The first arguments of Helm's command line, as a JSON list."""

CHARTS: Final = "EKS_PLATFORM_STANDIN_CHARTS"
"""The folder with the charts that are not our own: `<chart>-<version>.tgz`, or unpacked."""

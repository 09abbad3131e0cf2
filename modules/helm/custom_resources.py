"""Our chart of custom resources: objects whose CRDs another release installs.

Terraform's `kubernetes_manifest` needs the CRDs at plan time, when nothing is installed yet. Helm
validates objects against the cluster when it applies them. Related objects are in the same release,
such as the ConfigMaps of dashboards beside the alerts.
"""

from pathlib import Path
from typing import Final

from cdktf import AssetType, TerraformAsset
from constructs import Construct

CHART: Final = Path(__file__).parents[2] / "charts" / "custom-resources"


class CustomResourceChart:
    """The chart, copied beside the stack's Terraform JSON.

    Attributes:
        path: the copy, relative to the stack's folder. It contains a hash of the content, so that
            Terraform sees a changed chart.
    """

    def __init__(self, scope: Construct) -> None:
        asset = TerraformAsset(
            scope, "custom_resources_chart", path=str(CHART), type=AssetType.DIRECTORY
        )
        self.path = _path(asset)


def archive_path(scope: Construct, name: str, archive: Path) -> str:
    """Copies the archive of a chart beside the stack's Terraform JSON; returns its path there."""
    asset = TerraformAsset(scope, f"{name}_chart", path=str(archive), type=AssetType.FILE)
    return _path(asset)


def _path(asset: TerraformAsset) -> str:
    """Helm looks in repositories for a path that does not exist, unless it begins with a dot."""
    return f"./{asset.path}"

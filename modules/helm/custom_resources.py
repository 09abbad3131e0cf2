"""Custom resources: objects of kinds that another release brings.

They travel in a chart of our own, because Terraform would need their kinds at plan time, when
nothing is installed yet. Helm asks the cluster when it applies them. What belongs with them comes
along, such as the dashboards beside the alerts.
"""

from pathlib import Path
from typing import Final

from cdktf import AssetType, TerraformAsset
from constructs import Construct

CHART: Final = Path(__file__).parents[2] / "charts" / "custom-resources"


class CustomResourceChart:
    """Our chart, copied beside the stack's Terraform JSON.

    Attributes:
        path: the copy, relative to the stack's folder. It holds a hash of the content, so that
            Terraform sees a changed chart.
    """

    def __init__(self, scope: Construct) -> None:
        asset = TerraformAsset(
            scope, "custom_resources_chart", path=str(CHART), type=AssetType.DIRECTORY
        )
        # Helm takes a path for a repository's chart unless it begins with a dot or exists.
        self.path = f"./{asset.path}"

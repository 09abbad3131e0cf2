"""Updates: what became of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.core.responses import ActionResult

from tools.emulator.eks.base import EksBase, given, not_found

if TYPE_CHECKING:
    from tools.emulator.eks.state import Record


class Updates(EksBase):
    """DescribeUpdate and ListUpdates.

    An update belongs to the cluster, to a node group or to an add-on, and is found only there.
    Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeUpdate.html
    """

    def describe_update(self) -> ActionResult:
        """Answers DescribeUpdate."""
        update_id = self._get_param("updateId")
        update = self._of_owner().get(update_id)
        if update is None:
            not_found(f"No update found for ID: {update_id}")
        return ActionResult({"update": update})

    def list_updates(self) -> ActionResult:
        """Answers ListUpdates."""
        return self.page("updateIds", list(self._of_owner()))

    def _of_owner(self) -> dict[str, Record]:
        owner = given(self._get_params(), "nodegroupName", "addonName")
        updates = self.of_cluster(self.state.updates)
        return {key: update for key, update in updates.items() if update["owner"] == owner}

"""Tags, on everything of EKS that has an ARN."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult, EmptyResult

from tools.emulator.eks.base import EksBase, not_found

if TYPE_CHECKING:
    from collections.abc import Iterator


class Tags(EksBase):
    """The three tag calls; moto's know clusters only.

    Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_TagResource.html
    """

    def tag_resource(self) -> ActionResult:
        """Answers TagResource."""
        self._tags().update(self._get_param("tags"))
        return EmptyResult()

    def untag_resource(self) -> ActionResult:
        """Answers UntagResource."""
        tags = self._tags()
        for key in self._get_param("tagKeys"):
            tags.pop(key, None)
        return EmptyResult()

    def list_tags_for_resource(self) -> ActionResult:
        """Answers ListTagsForResource."""
        return ActionResult({"tags": self._tags()})

    def _tags(self) -> dict[str, str]:
        arn = self._get_param("resourceArn")
        tags = dict(chain(self._of_moto(), self._of_state())).get(arn)
        if tags is None:
            not_found(f"No resource found for ARN: {arn}")
        return tags

    def _of_moto(self) -> Iterator[tuple[str, dict[str, str]]]:
        clusters: Any = self.eks_backend.clusters.values()
        for cluster in clusters:
            yield cluster.arn, cluster.tags
            for nodegroup in cluster.nodegroups.values():
                yield nodegroup.arn, nodegroup.tags
            for profile in cluster.fargate_profiles.values():
                yield profile.fargate_profile_arn, profile.tags

    def _of_state(self) -> Iterator[tuple[str, dict[str, str]]]:
        for records, name in (
            (self.state.addons, "addonArn"),
            (self.state.access_entries, "accessEntryArn"),
            (self.state.associations, "associationArn"),
            (self.state.identity_providers, "identityProviderConfigArn"),
        ):
            for record in records.values():
                yield record[name], record["tags"]

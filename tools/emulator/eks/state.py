"""What the emulated EKS remembers beside moto's clusters, node groups and Fargate profiles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]
"""A resource in the form in which the EKS API answers it."""


@dataclass
class EksState:
    """The records of one account and region, each type by cluster name and the record's own key.

    Attributes:
        addons: By add-on name.
        access_entries: By principal ARN.
        access_policies: Associated policies, by principal ARN; a dictionary by policy ARN each.
        associations: Pod Identity associations, by association id.
        identity_providers: By configuration name.
        updates: By update id.
    """

    addons: dict[tuple[str, str], Record] = field(default_factory=dict)
    access_entries: dict[tuple[str, str], Record] = field(default_factory=dict)
    access_policies: dict[tuple[str, str], dict[str, Record]] = field(default_factory=dict)
    associations: dict[tuple[str, str], Record] = field(default_factory=dict)
    identity_providers: dict[tuple[str, str], Record] = field(default_factory=dict)
    updates: dict[tuple[str, str], Record] = field(default_factory=dict)

    def forget(self, cluster: str) -> None:
        """Drops everything of a cluster, as deleting the cluster does."""
        for records in (
            self.addons,
            self.access_entries,
            self.access_policies,
            self.associations,
            self.identity_providers,
            self.updates,
        ):
            for key in [key for key in records if key[0] == cluster]:
                del records[key]

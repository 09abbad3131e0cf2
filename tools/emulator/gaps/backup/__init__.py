"""AWS Backup: tags by ARN, selections, and changing a plan."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from moto.backup import urls
from moto.backup.models import Plan
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from tools.emulator.gaps.backup.recovery_points import PATHS, RecoveryPoints
from tools.emulator.gaps.moto_hooks import AwsError, attached, serve


@dataclass
class _Selections:
    """Selections by plan id and selection id."""

    by_id: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)


class Backup(RecoveryPoints):
    """AWS Backup with selections and UpdateBackupPlan.

    Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupSelection.html
    """

    def list_tags(self) -> str:
        """Answers ListTags; the provider calls it without the slash that moto counts on."""
        arn = unquote(self.path.split("/tags/", 1)[1]).rstrip("/")
        return json.dumps({"Tags": self.backup_backend.list_tags(resource_arn=arn)})

    def update_backup_plan(self) -> ActionResult:
        """Answers UpdateBackupPlan, which makes a new version of the plan under its old id."""
        plan = self._plan()
        # Making a plan fills in the defaults of its rules; only the contents are taken over.
        version: Any = Plan(
            self._get_param("BackupPlan"), plan.creator_request_id, self.backup_backend
        )
        plan.backup_plan = version.backup_plan
        plan.advanced_backup_settings = version.advanced_backup_settings
        plan.version_id = version.version_id
        return ActionResult(plan.to_dict())

    def create_backup_selection(self) -> ActionResult:
        """Answers CreateBackupSelection."""
        plan_id = self._plan().backup_plan_id
        selection_id = str(mock_random.uuid4())
        self._selections()[plan_id, selection_id] = {
            "BackupPlanId": plan_id,
            "SelectionId": selection_id,
            "BackupSelection": self._get_param("BackupSelection"),
            "CreatorRequestId": self._get_param("CreatorRequestId"),
            "CreationDate": utcnow(),
        }
        return ActionResult(self._selections()[plan_id, selection_id])

    def get_backup_selection(self) -> ActionResult:
        """Answers GetBackupSelection."""
        return ActionResult(self._selection())

    def list_backup_selections(self) -> ActionResult:
        """Answers ListBackupSelections."""
        plan_id = self._plan().backup_plan_id
        selections = [
            {**selection, "SelectionName": selection["BackupSelection"]["SelectionName"]}
            | {"IamRoleArn": selection["BackupSelection"]["IamRoleArn"]}
            for (owner, _), selection in self._selections().items()
            if owner == plan_id
        ]
        return ActionResult({"BackupSelectionsList": selections})

    def delete_backup_selection(self) -> EmptyResult:
        """Answers DeleteBackupSelection."""
        selection = self._selection()
        del self._selections()[selection["BackupPlanId"], selection["SelectionId"]]
        return EmptyResult()

    def _plan(self) -> Plan:
        return self.backup_backend.get_backup_plan(self.uri_match["backupPlanId"], None)

    def _selection(self) -> dict[str, Any]:
        key = (self.uri_match["backupPlanId"], self.uri_match["selectionId"])
        try:
            return self._selections()[key]
        except KeyError:
            raise AwsError(
                "ResourceNotFoundException", f"Cannot find Backup Selection {key[1]}"
            ) from None

    def _selections(self) -> dict[tuple[str, str], dict[str, Any]]:
        return attached(self.backup_backend, _Selections).by_id


def install() -> None:
    """Puts this class in the place of moto's."""
    serve(urls, Backup, *PATHS)

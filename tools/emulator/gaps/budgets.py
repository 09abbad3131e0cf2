"""Budgets: subscribers, tags, and changing a budget."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.budgets import urls
from moto.budgets.responses import BudgetsResponse
from moto.core.responses import ActionResult, EmptyResult

from tools.emulator.gaps.moto_hooks import AwsError, attached, serve

if TYPE_CHECKING:
    from moto.budgets.models import Budget


@dataclass
class _Tags:
    """Tags by budget name."""

    by_budget: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


class Budgets(BudgetsResponse):
    """Budgets with what the provider reads back.

    Source:
    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Budgets.html
    """

    def create_budget(self) -> str:
        """Answers CreateBudget, with tags."""
        answer = super().create_budget()
        name = self._get_param("Budget")["BudgetName"]
        self._tags()[name] = _to_dict(self._get_param("ResourceTags"))
        return answer

    def update_budget(self) -> EmptyResult:
        """Answers UpdateBudget: the new settings, the old notifications."""
        changed = self._get_param("NewBudget")
        self._budget(changed["BudgetName"]).budget.update(changed)
        return EmptyResult()

    def delete_budget(self) -> str:
        """Answers DeleteBudget, which takes the tags as well."""
        answer = super().delete_budget()
        self._tags().pop(self._get_param("BudgetName"), None)
        return answer

    def describe_notifications_for_budget(self) -> str:
        """Answers DescribeNotificationsForBudget; moto fails where there is no budget."""
        self._budget(self._get_param("BudgetName"))
        return super().describe_notifications_for_budget()

    def describe_subscribers_for_notification(self) -> ActionResult:
        """Answers DescribeSubscribersForNotification."""
        wanted = _identity(self._get_param("Notification"))
        notifications: list[Any] = self._budget(self._get_param("BudgetName")).notifications
        for notification in notifications:
            if _identity(notification.details) == wanted:
                return ActionResult({"Subscribers": notification.subscribers})
        raise AwsError("NotFoundException", "The notification does not exist")

    def list_tags_for_resource(self) -> ActionResult:
        """Answers ListTagsForResource."""
        tags = self._tags()[self._name_in_arn()]
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        return ActionResult({"ResourceTags": pairs})

    def tag_resource(self) -> str:
        """Answers TagResource."""
        self._tags()[self._name_in_arn()].update(_to_dict(self._get_param("ResourceTags")))
        return json.dumps({})

    def untag_resource(self) -> str:
        """Answers UntagResource."""
        tags = self._tags()[self._name_in_arn()]
        for key in self._get_param("ResourceTagKeys"):
            tags.pop(key, None)
        return json.dumps({})

    def _budget(self, name: str) -> Budget:
        self.backend.describe_budget(self.current_account, name)
        return self.backend.budgets[self.current_account][name]

    def _name_in_arn(self) -> str:
        return self._get_param("ResourceARN").split("/", 1)[1]

    def _tags(self) -> dict[str, dict[str, str]]:
        return attached(self.backend, _Tags).by_budget


def _to_dict(pairs: list[dict[str, str]] | None) -> dict[str, str]:
    return {pair["Key"]: pair["Value"] for pair in pairs or []}


def _identity(notification: dict[str, Any]) -> dict[str, Any]:
    """A notification without its state, which no caller knows for certain."""
    return {name: value for name, value in notification.items() if name != "NotificationState"}


def install() -> None:
    """Puts this class in the place of moto's."""
    serve(urls, Budgets)

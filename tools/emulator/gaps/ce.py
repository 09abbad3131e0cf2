"""Cost Explorer: anomaly monitors and their subscriptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.ce import urls
from moto.ce.responses import CostExplorerResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.moto_api._internal import mock_random

from tools.emulator.gaps.moto_hooks import AwsError, attached, serve


@dataclass
class _Anomalies:
    """Monitors and subscriptions by ARN."""

    monitors: dict[str, dict[str, Any]] = field(default_factory=dict)
    subscriptions: dict[str, dict[str, Any]] = field(default_factory=dict)


class CostExplorer(CostExplorerResponse):
    """Cost Explorer with what the provider makes of Cost Anomaly Detection.

    Source:
    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_CreateAnomalyMonitor.html
    """

    def create_anomaly_monitor(self) -> ActionResult:
        """Answers CreateAnomalyMonitor."""
        arn = self._arn("anomalymonitor")
        self._state().monitors[arn] = {**self._get_param("AnomalyMonitor"), "MonitorArn": arn}
        self.ce_backend.tag_resource(arn, self._get_param("ResourceTags") or [])
        return ActionResult({"MonitorArn": arn})

    def get_anomaly_monitors(self) -> ActionResult:
        """Answers GetAnomalyMonitors."""
        found = _chosen(self._state().monitors, self._get_param("MonitorArnList"), "monitor")
        return ActionResult({"AnomalyMonitors": found})

    def update_anomaly_monitor(self) -> ActionResult:
        """Answers UpdateAnomalyMonitor: the name is all that changes."""
        monitor = _known(self._state().monitors, self._get_param("MonitorArn"), "monitor")
        monitor["MonitorName"] = self._get_param("MonitorName") or monitor["MonitorName"]
        return ActionResult({"MonitorArn": monitor["MonitorArn"]})

    def delete_anomaly_monitor(self) -> EmptyResult:
        """Answers DeleteAnomalyMonitor."""
        monitor = _known(self._state().monitors, self._get_param("MonitorArn"), "monitor")
        del self._state().monitors[monitor["MonitorArn"]]
        return EmptyResult()

    def create_anomaly_subscription(self) -> ActionResult:
        """Answers CreateAnomalySubscription."""
        arn = self._arn("anomalysubscription")
        given = self._get_param("AnomalySubscription")
        account = {"AccountId": self.current_account}
        self._state().subscriptions[arn] = {**account, **given, "SubscriptionArn": arn}
        self.ce_backend.tag_resource(arn, self._get_param("ResourceTags") or [])
        return ActionResult({"SubscriptionArn": arn})

    def get_anomaly_subscriptions(self) -> ActionResult:
        """Answers GetAnomalySubscriptions."""
        found = _chosen(
            self._state().subscriptions, self._get_param("SubscriptionArnList"), "subscription"
        )
        return ActionResult({"AnomalySubscriptions": found})

    def update_anomaly_subscription(self) -> ActionResult:
        """Answers UpdateAnomalySubscription: what is given replaces what was."""
        arn = self._get_param("SubscriptionArn")
        subscription = _known(self._state().subscriptions, arn, "subscription")
        for key in ("Frequency", "MonitorArnList", "Subscribers", "SubscriptionName"):
            subscription[key] = self._get_param(key) or subscription[key]
        threshold = self._get_param("ThresholdExpression")
        if threshold:
            subscription["ThresholdExpression"] = threshold
        return ActionResult({"SubscriptionArn": arn})

    def delete_anomaly_subscription(self) -> EmptyResult:
        """Answers DeleteAnomalySubscription."""
        arn = self._get_param("SubscriptionArn")
        _known(self._state().subscriptions, arn, "subscription")
        del self._state().subscriptions[arn]
        return EmptyResult()

    def _arn(self, kind: str) -> str:
        return f"arn:{self.partition}:ce::{self.current_account}:{kind}/{mock_random.uuid4()}"

    def _state(self) -> _Anomalies:
        return attached(self.ce_backend, _Anomalies)


def _chosen(
    known: dict[str, dict[str, Any]], arns: list[str] | None, kind: str
) -> list[dict[str, Any]]:
    """All, or those of some ARNs, of which every one has to be known."""
    return [_known(known, arn, kind) for arn in arns] if arns else list(known.values())


def _known(known: dict[str, dict[str, Any]], arn: str, kind: str) -> dict[str, Any]:
    try:
        return known[arn]
    except KeyError:
        raise AwsError(f"Unknown{kind.title()}Exception", f"There is no {kind} {arn}") from None


def install() -> None:
    """Puts this class in the place of moto's."""
    serve(urls, CostExplorer)

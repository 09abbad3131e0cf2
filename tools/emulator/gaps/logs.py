"""CloudWatch Logs: what EKS still writes after its cluster is gone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from moto.logs import urls
from moto.logs.responses import LogsResponse

from tools.emulator.gaps.moto_hooks import attached, serve

if TYPE_CHECKING:
    from moto.logs.models import LogsBackend


@dataclass
class _LateWriters:
    groups: set[str] = field(default_factory=set[str])


class Logs(LogsResponse):
    """CloudWatch Logs where the last lines of a deleted cluster come after its log group's end.

    EKS then makes the group again, unencrypted and without retention.
    Source: https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2763
    """

    def delete_log_group(self) -> str:
        """Answers DeleteLogGroup."""
        answer = super().delete_log_group()
        name = self._get_param("logGroupName")
        late = attached(self.logs_backend, _LateWriters).groups
        if name in late:
            late.remove(name)
            self.logs_backend.create_log_group(name, {})
        return answer


def expect_late_lines(backend: LogsBackend, group: str) -> None:
    """Makes one more write to a log group happen after it is deleted."""
    attached(backend, _LateWriters).groups.add(group)


def expect_no_late_lines(backend: LogsBackend, group: str) -> None:
    """Forgets that."""
    attached(backend, _LateWriters).groups.discard(group)


def install() -> None:
    """Puts this class in the place of moto's."""
    serve(urls, Logs)

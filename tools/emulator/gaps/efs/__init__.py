"""EFS: policies, protection and replication."""

from __future__ import annotations

from tools.emulator.gaps.efs import policies


def install() -> None:
    """Puts our response class in the place of moto's."""
    policies.install()

"""Backups of Velero."""

from .model import Column, Figure, Section, Table
from .prometheus import Reader, Series, added, by_label
from .settings import ProgramSettings
from .units import count


def backups(read: Reader, _: ProgramSettings) -> Section:
    """The section."""
    made = by_label(read("backups_made"), "schedule")
    failed = by_label(read("backups_failed"), "schedule")
    last = by_label(read("backups_last"), "schedule")
    nothing = Series({}, {})
    rows = [
        (
            name or "(by hand)",
            round(made.get(name, nothing).total),
            round(failed.get(name, nothing).total),
            last[name].last if name in last else None,
        )
        for name in sorted({*made, *failed, *last})
    ]
    good, bad = round(added(made.values()).total), round(added(failed.values()).total)
    state = "bad" if not good else "warning" if bad else "good"
    return Section(
        "backups",
        "Backups",
        "Backups of Velero by schedule. A failed backup is one that failed in whole, in part or in "
        "its validation.",
        figures=(Figure("Backups", count(good), f"{count(bad)} failed", state),),
        tables=(
            Table(
                "backups",
                "Backups by schedule",
                (
                    Column("Schedule"),
                    Column("Made", "count"),
                    Column("Failed", "count"),
                    Column("Last good backup", "time"),
                ),
                rows,
                empty="Velero has reported no backups in this period.",
            ),
        ),
    )

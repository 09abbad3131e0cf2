"""Writes a table as CSV, as RFC 4180 has it, with numbers as they are."""

import csv
import io
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from .model import Column, Table, Value

UNITS: Final = {"cores": "cores", "bytes": "bytes", "usd": "USD", "hours": "hours"}

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""Spreadsheets take text that begins with one of these as a formula.
https://owasp.org/www-community/attacks/CSV_Injection"""


def csv_text(table: Table, zone: ZoneInfo) -> str:
    """The CSV of all rows, without the columns of trends."""
    written = io.StringIO()
    writer = csv.writer(written)
    columns = [index for index, each in enumerate(table.columns) if each.kind != "trend"]
    writer.writerow([_head(table.columns[index]) for index in columns])
    for row in table.rows:
        writer.writerow([_cell(row[index], table.columns[index], zone) for index in columns])
    return written.getvalue()


def _head(column: Column) -> str:
    unit = UNITS.get(column.kind)
    return f"{column.title} ({unit})" if unit else column.title


def _cell(value: Value, column: Column, zone: ZoneInfo) -> str | float:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if not isinstance(value, int | float):
        return ""
    if column.kind == "time":
        return datetime.fromtimestamp(value, UTC).astimezone(zone).isoformat(timespec="minutes")
    return round(value, 6)

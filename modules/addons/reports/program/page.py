"""Writes a report as one HTML file without scripts, which loads nothing."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Final

from .availability import state
from .drawing import bar, line
from .model import Column, Figure, Section, Table, Value
from .period import Period
from .sheet import csv_text
from .units import text

NUMBERS: Final = frozenset({"count", "share", "cores", "bytes", "usd", "hours", "time"})

WORDS: Final = {"good": "good", "warning": "needs attention", "bad": "bad"}
"""What a screen reader says of a state, which is otherwise a colour."""

SEVERITIES: Final = {"critical": "bad", "warning": "warning"}
"""Severities of alerts, which are marked."""

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Names of alerts and namespaces come from the cluster: nothing in the page can run or load."""

STYLE: Final = Path(__file__).with_name("page.css")


@dataclass(frozen=True)
class Report:
    """All that is in the page.

    Attributes:
        environment: name of the environment.
        cluster: name of its cluster.
        region: its region.
        made: when the report was made.
        missing_hours: hours without metrics; None where Prometheus did not answer.
        left_out: sections that are not there, with the reason.
        pictures: panels of Grafana by title, as PNG; or why there are none.
    """

    environment: str
    cluster: str
    region: str
    period: Period
    made: datetime
    sections: Sequence[Section]
    missing_hours: int | None
    left_out: Mapping[str, str]
    pictures: Mapping[str, bytes | str]


def page(report: Report) -> str:
    """The HTML."""
    title = f"{escape(report.environment)}: {escape(report.period.title)}"
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head><body>",
            *_header(report),
            "<main>",
            *_notices(report),
            *_summary(report),
            *(part for section in report.sections for part in _section(section, report)),
            *_pictures(report),
            "</main>",
            *_footer(report),
            "</body></html>\n",
        ]
    )


def _header(report: Report) -> Iterator[str]:
    period = report.period
    zone = period.zone.key
    span = f"{period.first:%-d %B %Y} 00:00 to {period.last:%-d %B %Y} 24:00, {escape(zone)}"
    yield f'<header><div><p class="kind">{period.kind.capitalize()} report</p>'
    yield f"<h1>{escape(report.environment)}: {escape(period.title)}</h1>"
    yield f"<p>Cluster {escape(report.cluster)} in {escape(report.region)}. {span}.</p>"
    links = [(each.name, each.title) for each in report.sections]
    links += [("pictures", "Dashboards")] if report.pictures else []
    anchors = "".join(f'<a href="#{name}">{escape(title)}</a>' for name, title in links)
    yield f'<nav aria-label="Sections">{anchors}</nav></div></header>'


def _notices(report: Report) -> Iterator[str]:
    if report.missing_hours:
        hours = report.period.hours
        yield (
            f'<p class="notice">Prometheus has no metrics of {report.missing_hours} of the {hours} '
            "hours. The figures are those of the other hours.</p>"
        )


def _summary(report: Report) -> Iterator[str]:
    """All figures together, at the head of the page."""
    figures = [figure for section in report.sections for figure in section.figures]
    if figures:
        yield '<section aria-label="Summary"><div class="figures">'
        yield from map(_figure, figures)
        yield "</div></section>"


def _figure(figure: Figure) -> str:
    word = WORDS.get(figure.state)
    spoken = f'<span class="hidden"> ({word})</span>' if word else ""
    course = line(figure.trend, f"{escape(figure.title)} over the period")
    return (
        f'<div class="figure {figure.state}"><h3>{escape(figure.title)}</h3>'
        f'<div class="value">{escape(figure.value)}{spoken}</div>'
        f'<div class="detail">{escape(figure.detail)}</div>{course}</div>'
    )


def _section(section: Section, report: Report) -> Iterator[str]:
    yield f'<section id="{section.name}"><h2>{escape(section.title)}</h2>'
    if section.problem:
        yield f'<p class="notice">This section could not be made. {escape(section.problem)}</p>'
    if section.lead:
        yield f'<p class="lead">{escape(section.lead)}</p>'
    for table in section.tables:
        yield from _table(table, report)
    yield "</section>"


def _table(table: Table, report: Report) -> Iterator[str]:
    yield '<div class="table">'
    if not table.rows:
        yield f"<table><caption>{escape(table.caption)}</caption></table>"
        yield f'<p class="more">{escape(table.empty)}</p></div>'
        return
    file = base64.b64encode(csv_text(table, report.period.zone).encode()).decode()
    link = (
        f'<a download="{table.name}.csv" href="data:text/csv;charset=utf-8;base64,{file}" '
        f'aria-label="{escape(table.caption)} as CSV">CSV</a>'
    )
    heads = "".join(
        f'<th scope="col"{_class(column)}>{escape(column.title)}</th>' for column in table.columns
    )
    yield f"<table><caption>{link}{escape(table.caption)}</caption>"
    yield f"<thead><tr>{heads}</tr></thead><tbody>"
    largest = [_largest(table, index) for index in range(len(table.columns))]
    for row in table.rows[: table.shown]:
        cells = (
            _cell(value, column, most, report, first=index == 0)
            for index, (value, column, most) in enumerate(
                zip(row, table.columns, largest, strict=True)
            )
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table>"
    more = len(table.rows) - table.shown
    if more > 0:
        yield f'<p class="more">{more} more in {table.name}.csv.</p>'
    yield "</div>"


def _class(column: Column) -> str:
    return ' class="number"' if column.kind in NUMBERS else ""


def _largest(table: Table, index: int) -> float:
    """What the bars of a column are compared with."""
    values = [row[index] for row in table.rows]
    return max((each for each in values if isinstance(each, int | float)), default=0)


def _cell(value: Value, column: Column, most: float, report: Report, *, first: bool) -> str:
    if column.kind == "trend":
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
        return f"<td>{line(values, escape(column.title))}</td>"
    shown = escape(text(value, column.kind, report.period.zone))
    if isinstance(value, str) and column.title == "Severity":
        shown = f'<span class="mark {SEVERITIES.get(value, "")}">{shown}</span>'
    if isinstance(value, int | float):
        if column.good is not None:
            mark = state(value, column.good)
            spoken = f'<span class="hidden"> ({WORDS[mark]})</span>'
            shown = f'<span class="mark {mark}">{shown}{spoken}</span>'
        if column.bar and most:
            shown += bar(value / most)
    if first:
        return f'<th scope="row"{_class(column)}>{shown}</th>'
    return f"<td{_class(column)}>{shown}</td>"


def _pictures(report: Report) -> Iterator[str]:
    if not report.pictures:
        return
    yield '<section id="pictures"><h2>Dashboards</h2><div class="pictures">'
    for title, picture in report.pictures.items():
        if isinstance(picture, str):
            yield f'<p class="notice">{escape(title)}: {escape(picture)}</p>'
            continue
        data = base64.b64encode(picture).decode()
        image = f'<img alt="{escape(title)}" src="data:image/png;base64,{data}">'
        yield f"<figure>{image}<figcaption>{escape(title)}</figcaption></figure>"
    yield "</div></section>"


def _footer(report: Report) -> Iterator[str]:
    made = report.made.astimezone(report.period.zone)
    yield "<footer>"
    if report.left_out:
        yield "<p>Not in this report:</p><ul>"
        for name, reason in report.left_out.items():
            yield f"<li>{escape(name.capitalize())}: {escape(reason)}</li>"
        yield "</ul>"
    yield f"<p>Made on {made:%-d %B %Y} at {made:%H:%M} from the metrics of Prometheus.</p>"
    yield "</footer>"

"""Availability: of workloads, of requests through the front door, of the API and of nodes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from .model import Column, Figure, Section, State, Table
from .prometheus import Reader, Series, added, by_label
from .settings import ProgramSettings
from .units import NONE, count, share

WORKLOADS_GOOD: Final = 0.999
REQUESTS_GOOD: Final = 0.999
BAD: Final = 0.99

KINDS: Final = {
    "deployments": ("deployment", "Deployment"),
    "statefulsets": ("statefulset", "StatefulSet"),
}
"""The queries of workloads, with their label and their kind."""

ROUTES: Final = {
    "ingress-nginx": ("namespace", "Namespace"),
    "nginx": ("resource_namespace", "Namespace"),
    "traefik": ("exported_service", "Service"),
    "haproxy": ("proxy", "Backend"),
}
"""The label of requests by ingress controller, and what it is."""


def availability(read: Reader, settings: ProgramSettings) -> Section:
    """The section."""
    wanted, lost = workload_hours(read)
    routes = list(_routes(read, settings))
    return Section(
        "availability",
        "Availability",
        "A Deployment or StatefulSet is available by the share of its pods that are ready: two of "
        "three pods for an hour are 67 % of that hour. Requests are those of the ingress "
        "controller; they fail with a status of 500 or above. An hour without metrics counts for "
        "neither.",
        figures=(
            _share_figure("Workloads available", added(wanted.values()), _all(lost)),
            _requests_figure(routes),
            _api_figure(read),
            _nodes_figure(read),
        ),
        tables=(
            _namespaces(settings, wanted, lost),
            _requests(settings, routes),
            _workloads(settings, lost),
            _components(read),
        ),
    )


Lost = dict[tuple[str, str, str], Series]
"""Lost workload hours by namespace, kind and name."""


def workload_hours(read: Reader) -> tuple[dict[str, Series], Lost]:
    """The workload hours by namespace, and what was lost of them."""
    wanted = by_label([each for query in KINDS for each in read(query)], "namespace")
    lost: Lost = {}
    for query, (label, kind) in KINDS.items():
        for each in read(f"{query}_short"):
            key = (each.labels["namespace"], kind, each.labels[label])
            lost[key] = Series({}, {time: 1 - value for time, value in each.values.items()})
    return wanted, lost


def _all(lost: Lost) -> Series:
    return added(lost.values())


def ratio(wanted: Series, lost: Series) -> float | None:
    """The share that was not lost; None where there was nothing to lose."""
    return 1 - lost.total / wanted.total if wanted.total else None


def _trend(wanted: Series, lost: Series) -> list[float]:
    return [1 - lost.values.get(time, 0.0) / value for time, value in sorted(wanted.values.items())]


def _share_figure(title: str, wanted: Series, lost: Series) -> Figure:
    found = ratio(wanted, lost)
    if found is None:
        return Figure(title, NONE, "no metrics")
    detail = f"{count(lost.total)} of {count(wanted.total)} workload hours lost"
    return Figure(title, share(found), detail, state(found, WORKLOADS_GOOD), _trend(wanted, lost))


def state(part: float, good: float) -> State:
    """Whether a share is good."""
    return "good" if part >= good else "bad" if part < BAD else "warning"


def _routes(read: Reader, settings: ProgramSettings) -> Iterator[tuple[str, Series, Series]]:
    """Name, requests and failed requests of each route."""
    if settings.controller not in ROUTES:
        return
    label, _ = ROUTES[settings.controller]
    errors = by_label(read(f"{settings.controller}_errors"), label)
    for name, requests in by_label(read(f"{settings.controller}_requests"), label).items():
        if requests.total:
            yield name, requests, errors.get(name, Series({}, {}))


def _requests_figure(routes: list[tuple[str, Series, Series]]) -> Figure:
    requests = added(each for _, each, _ in routes)
    errors = added(each for _, _, each in routes)
    found = ratio(requests, errors)
    if found is None:
        return Figure("Requests answered", NONE, "no requests")
    detail = f"{count(errors.total)} of {count(requests.total)} failed"
    hours = Series({}, {time: each for time, each in requests.values.items() if each})
    trend = _trend(hours, errors)
    return Figure("Requests answered", share(found), detail, state(found, REQUESTS_GOOD), trend)


def _api_figure(read: Reader) -> Figure:
    requests, errors = added(read("api_requests")), added(read("api_errors"))
    found = ratio(requests, errors)
    if found is None:
        return Figure("Kubernetes API", NONE, "no metrics")
    detail = f"{count(errors.total)} of {count(requests.total)} failed"
    trend = _trend(requests, errors)
    return Figure("Kubernetes API", share(found), detail, state(found, REQUESTS_GOOD), trend)


def _nodes_figure(read: Reader) -> Figure:
    ready = added(read("nodes_ready"))
    if ready.mean is None:
        return Figure("Nodes ready", NONE, "no metrics")
    trend = [value for _, value in sorted(ready.values.items())]
    detail = "share of node hours"
    return Figure("Nodes ready", share(ready.mean), detail, state(ready.mean, BAD), trend)


def _namespaces(settings: ProgramSettings, wanted: Mapping[str, Series], lost: Lost) -> Table:
    """The least available first."""
    by_namespace: dict[str, list[Series]] = defaultdict(list)
    for (namespace, _, _), each in lost.items():
        by_namespace[namespace].append(each)
    rows = []
    for namespace, hours in wanted.items():
        gone = added(by_namespace[namespace])
        team = settings.team_of.get(namespace)
        peak = max(hours.values.values(), default=0)
        rows.append((namespace, team, peak, ratio(hours, gone), gone.total, _trend(hours, gone)))
    rows.sort(key=lambda row: (row[3] if row[3] is not None else 1, row[0]))
    return Table(
        "availability-namespaces",
        "Workloads by namespace",
        (
            Column("Namespace"),
            Column("Team"),
            Column("Workloads", "count"),
            Column("Available", "share", good=WORKLOADS_GOOD),
            Column("Lost", "hours"),
            Column("Over the period", "trend"),
        ),
        rows,
    )


def _requests(settings: ProgramSettings, routes: list[tuple[str, Series, Series]]) -> Table:
    _, title = ROUTES.get(settings.controller, ("", "Route"))
    rows = [
        (
            name,
            settings.team_of.get(name),
            requests.total,
            errors.total,
            ratio(requests, errors),
            [value for _, value in sorted(requests.values.items())],
        )
        for name, requests, errors in routes
    ]
    rows.sort(key=lambda row: -row[2])
    return Table(
        "availability-requests",
        "Requests through the front door",
        (
            Column(title),
            Column("Team"),
            Column("Requests", "count", bar=True),
            Column("Failed", "count"),
            Column("Answered", "share", good=REQUESTS_GOOD),
            Column("Requests per hour", "trend"),
        ),
        rows,
        empty="The ingress controller had no requests in this period.",
    )


def _workloads(settings: ProgramSettings, lost: Lost) -> Table:
    rows = [
        (namespace, settings.team_of.get(namespace), kind, name, each.total)
        for (namespace, kind, name), each in lost.items()
    ]
    rows.sort(key=lambda row: (-row[4], row[:4]))
    return Table(
        "availability-workloads",
        "Workloads that lacked pods",
        (
            Column("Namespace"),
            Column("Team"),
            Column("Kind"),
            Column("Workload"),
            Column("Lost", "hours", bar=True),
        ),
        rows,
        empty="All workloads had all their pods all the time.",
        shown=10,
    )


def _components(read: Reader) -> Table:
    rows = [
        (each.labels.get("job", ""), each.mean, [v for _, v in sorted(each.values.items())])
        for each in read("targets")
    ]
    rows.sort(key=lambda row: (row[1] if row[1] is not None else 0, row[0]))
    return Table(
        "availability-targets",
        "Components that answered Prometheus, the least reliable first",
        (Column("Job"), Column("Answered", "share", good=BAD), Column("Over the period", "trend")),
        rows,
        shown=8,
    )

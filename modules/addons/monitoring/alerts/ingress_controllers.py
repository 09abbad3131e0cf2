"""The ingress controllers: the alerts that they have in common, from metrics of their own."""

from textwrap import indent
from typing import Final

from modules.addons.monitoring.alerts.component import Alert

_FIRST: Final = (
    "Which application is it? The dashboard of the ingress controller has it by Service.",
    "The application's own log first: most such answers are its own. Then the controller's: "
    "`kubectl -n ingress logs <pod> --since=15m`.",
    "Did it begin with a deployment? `git revert`, and Argo CD rolls it back.",
)


def errors(name: str, by: str, what: str, failed: str, total: str, *, namespace: str = "") -> Alert:
    """Too many answers are errors of the server.

    Args:
        name: the alert's name.
        by: labels that say whose answers.
        what: the same for the description.
        failed: PromQL: counter of answers with a status of 500 or above.
        total: PromQL: counter of all answers.
        namespace: the label that has the application's namespace, where it is called otherwise:
            Alertmanager finds the team by `namespace`.
    """
    # Below one answer in ten seconds a single error is no ratio worth waking somebody for.
    expr = (
        f"sum by ({by}) (rate({failed}[5m]))\n  / (sum by ({by}) (rate({total}[5m])) > 0.1) > 0.05"
    )
    if namespace:
        lines = indent(expr, "  ")
        expr = f'label_replace(\n{lines},\n  "namespace", "$1", "{namespace}", "(.+)"\n)'
    return Alert(
        name=name,
        severity="critical",
        expr=expr,
        hold="10m",
        summary="More than a twentieth of the answers are errors of the server.",
        description=f"{{{{ $value | humanizePercentage }}}} of the answers of {what} are errors.",
        meaning="Users see errors. The ratio is that of answers with a status of 500 and above.",
        first=_FIRST,
    )


def reload_failed(name: str, expr: str) -> Alert:
    """The controller goes on with an old configuration.

    Args:
        name: the alert's name.
        expr: PromQL that gives the pods whose last reload failed.
    """
    return Alert(
        name=name,
        severity="warning",
        expr=expr,
        hold="5m",
        summary="An ingress controller cannot load its configuration.",
        description="{{ $labels.pod }} goes on with its last good configuration.",
        meaning="New and changed Ingresses have no effect, and addresses of pods grow stale.",
        first=(
            "`kubectl -n ingress logs <pod> | grep -i reload`: NGINX names file and line.",
            "Usually an annotation of the Ingress that changed last: `kubectl get ingress -A "
            "--sort-by=.metadata.creationTimestamp`.",
        ),
    )

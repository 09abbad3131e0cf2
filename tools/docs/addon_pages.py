"""Pages of the add-ons under docs/addons: `python -m tools.docs` writes them.

They are made of the same data as the releases; a test compares them with the files.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from config import versions
from config.environment import Environment
from config.sections.platform import Platform
from modules.addons.catalog import all_addons
from modules.helm.contract import Addon, Helm, no_resources
from modules.helm.releases import pinned_chart
from modules.identity.policy import Statement
from tools.docs import reference

FOLDER: Final = Path(__file__).parents[2] / "docs" / "addons"

_EXAMPLE: Final[dict[str, Any]] = {
    "name": "example",
    "account": "123456789012",
    "region": "eu-west-1",
    "admins": ["arn:aws:iam::123456789012:role/platform-admin"],
    "edge": {
        "hosted_zone": {"id": "Z0123456789ABCDEFGHIJ", "name": "platform.example.com"},
        "domain_names": ["platform.example.com"],
    },
}
"""The environment whose permissions the pages show."""


def pages() -> dict[str, str]:
    """The pages by the name of their file."""
    return {"README.md": _index(), **{f"{addon.name}.md": page(addon) for addon in all_addons()}}


def page(addon: Addon) -> str:
    """An add-on's page.

    Args:
        addon: the add-on.
    """
    chart = pinned_chart(addon)
    lines = [
        f"# {addon.name}",
        "",
        addon.summary,
        "",
        "| | |",
        "|---|---|",
        f"| Chart | `{chart.chart or addon.chart}` {chart.version} |",
        *_older(chart),
        f"| Repository | {chart.repository} |",
        f"| Source | {chart.source} |",
        f"| Namespace | `{addon.namespace}`, Pod Security `{addon.pod_security}` |",
        f"| Settings | `platform.{addon.settings_field}` |",
        f"| Requires | {_names(addon.requires) or 'nothing'} |",
        *([f"| Comes after | {_names(addon.after)}, where it is |"] if addon.after else []),
        *_eks_addons(addon),
        f"| Required by | {_names(_dependents(addon)) or 'nothing'} |",
        "",
        *_installation(addon),
        *_permissions(addon),
        *_settings(addon),
    ]
    if addon.notes:
        lines += ["## Notes", "", addon.notes, ""]
    return "\n".join(lines)


def _older(chart: versions.Chart) -> Iterator[str]:
    """Rows of the versions for single Kubernetes minors."""
    for minor, pin in sorted(chart.versions.items(), reverse=True):
        doubt = ", on which the project tested none that is still looked after"
        yield f"| On Kubernetes {minor} | {pin.version}{doubt if pin.unconfirmed else ''} |"


def _index() -> str:
    lines = [
        "# Add-ons",
        "",
        "Written by `python -m tools.docs` from the data of the add-ons.",
        "",
        "| Add-on | Chart | Version | What it does |",
        "|---|---|---|---|",
    ]
    for addon in all_addons():
        chart = pinned_chart(addon)
        cells = (f"[{addon.name}]({addon.name}.md)", addon.chart, chart.version, addon.summary)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"[{name}]({name}.md)" for name in names)


def _eks_addons(addon: Addon) -> Iterator[str]:
    """A row of the EKS add-ons that must not be switched off."""
    if addon.eks_addons:
        names = ", ".join(f"`{name}`" for name in addon.eks_addons)
        yield f"| EKS add-ons | {names}, by `cluster.addons` |"


def _dependents(addon: Addon) -> tuple[str, ...]:
    return tuple(other.name for other in all_addons() if addon.name in other.requires)


def _installation(addon: Addon) -> Iterator[str]:
    yield from ("## Installation", "")
    yield from (_helm(addon.name, addon.helm), "")
    if addon.resources is not no_resources:
        yield from (_helm("Its custom resources", addon.resources_helm), "")
    for path, image in addon.images.items():
        yield f"- `platform.charts.image_registry` sets `{path}` to `{image}`."
    if addon.images:
        yield ""


def _helm(what: str, helm: Helm) -> str:
    settings = [
        "waits until it is ready" if helm.wait else "does not wait",
        "is taken back where it fails" if helm.atomic else "stays where it fails",
        f"has {helm.timeout_seconds} seconds",
    ]
    if helm.skip_crds:
        settings.append("leaves out the chart's kinds")
    return f"**{what}** {', '.join(settings)}. {helm.reason}"


def _permissions(addon: Addon) -> Iterator[str]:
    yield from ("## AWS permissions", "")
    policies = addon.policies(Environment.model_validate(_EXAMPLE))
    if not policies:
        yield from ("None of its own.", "")
        return
    yield f"Service account `{addon.service_account}`, through EKS Pod Identity or IRSA."
    for account in addon.additional_service_accounts:
        yield f"`{account}` may do the same with a role of its own."
    for part, statements in policies.items():
        yield from ("", f"Policy `<cluster>-{addon.name}-{part}`:", "")
        yield "| Statement | Actions | Resources | Conditions |"
        yield "|---|---|---|---|"
        yield from map(_statement, statements)
    yield ""


def _statement(statement: Statement) -> str:
    conditions = json.dumps(statement.conditions, sort_keys=True) if statement.conditions else ""
    cells = (
        statement.sid,
        "<br>".join(f"`{action}`" for action in statement.actions),
        "<br>".join(f"`{resource}`" for resource in statement.resources),
        f"`{conditions}`" if conditions else "",
    )
    return f"| {' | '.join(cells)} |"


def _settings(addon: Addon) -> Iterator[str]:
    """The tables of docs/configuration.md, for this section alone."""
    yield from ("## Settings", "")
    place = f"platform.{addon.settings_field}"
    if not addon.accepts_values:
        main = next(
            o for o in all_addons() if o.accepts_values and o.settings_field == addon.settings_field
        )
        yield from (f"Those of [{main.name}]({main.name}.md), but for `values`.", "")
        return
    model = type(Platform().addon(addon.settings_field))
    for line in reference.tables(model):
        yield line.replace("### Top level", f"### `{place}`")


def write() -> None:
    """Writes all pages and removes those of add-ons that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = pages()
    for stale in set(FOLDER.glob("*.md")) - {FOLDER / name for name in made}:
        stale.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")

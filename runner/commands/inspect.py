"""The commands that print what an environment is made of."""

from datetime import date, datetime
from functools import partial
from json import dumps
from pathlib import Path
from typing import Annotated

import typer

from rules.load import load
from runner.bill.command import Wishes, print_bills
from runner.bill.refresh.offers import SERVER
from runner.bill.refresh.update import refresh_all
from runner.capacity import capacity_data, print_capacity
from runner.commands.arguments import Environment, Json, OneStack
from runner.images.command import print_images
from runner.ip_plan import ip_plan_data, print_ip_plan
from runner.manifest import by_environment, select
from runner.page.command import write_pages
from runner.permissions import permissions as policies_of
from runner.roles import print_roles
from runner.synth import synthesize
from runner.tables import console

app = typer.Typer()
command = partial(app.command, rich_help_panel="Inspect")


@command()
def ip_plan(environment: Environment, json: Json = False) -> None:
    """Prints the IP plan of an environment: subnets, reservations, pods, free addresses."""
    found = load([environment])
    if json:
        typer.echo(dumps({loaded.name: ip_plan_data(loaded) for loaded in found}, indent=2))
        return
    for loaded in found:
        print_ip_plan(loaded, console())


@command()
def capacity(environment: Environment, json: Json = False) -> None:
    """Prints the requests of the platform's pods and the allocatable capacity of its nodes."""
    found = load([environment])
    if json:
        typer.echo(dumps({loaded.name: capacity_data(loaded) for loaded in found}, indent=2))
        return
    for loaded in found:
        print_capacity(loaded, console())


@command()
def bill(
    environment: Environment,
    against: Annotated[
        str | None,
        typer.Option(help="Compare with this environment, file, or revision of Git."),
    ] = None,
    what_if: Annotated[
        bool, typer.Option("--what-if", help="Also print what Savings Plans and RIs would save.")
    ] = False,
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="A day of the month.", show_default="today"),
    ] = None,
    json: Json = False,
) -> None:
    """Prints what an environment costs in a month, by dated prices; asks AWS nothing."""
    wishes = Wishes(against, what_if, json, day.date() if day else date.today())
    print_bills(environment, synthesize(environment), wishes, typer.echo)


@command()
def prices(
    regions: Annotated[
        list[str], typer.Argument(help="AWS regions, for example eu-west-1.", show_default=False)
    ],
    server: Annotated[str, typer.Option(help="Where the price list is.")] = SERVER,
) -> None:
    """Fetches the prices of regions from AWS's public price list; needs no account."""
    refresh_all(regions, typer.echo, server)


@command()
def permissions(environment: Environment, stack: OneStack = None) -> None:
    """Prints the IAM policies that plan and apply each stack, as JSON."""
    stacks = synthesize(environment)
    found = {}
    for loaded in load([environment]):
        own = by_environment(stacks)[loaded.name]
        selected = own if stack is None else [select(own, stack)]
        everything = policies_of(loaded, own, lambda text: typer.echo(text, err=True))
        everything["stacks"] = {
            each.short_name: everything["stacks"][each.short_name] for each in selected
        }
        found[loaded.name] = everything
    typer.echo(dumps(found, indent=2))


@command()
def roles(environment: Environment) -> None:
    """Prints what each IAM role must hold that identity.roles can name, as JSON."""
    print_roles(environment, typer.echo)


@command()
def images(
    environment: Environment,
    json: Json = False,
    script: Annotated[
        bool, typer.Option("--script", help="Print a script that copies them.")
    ] = False,
    digests: Annotated[
        bool,
        typer.Option(
            "--digests",
            help="Ask registries for digests, and record them in environments/image-digests.json.",
        ),
    ] = False,
) -> None:
    """Lists the charts and images of an environment; needs helm and the charts' archives."""
    code = print_images(load([environment]), json=json, script=script, record=digests)
    raise typer.Exit(code)


@command()
def page(
    environment: Environment,
    against: Annotated[
        str | None,
        typer.Option(help="Show the difference to this environment, file, or revision of Git."),
    ] = None,
    to: Annotated[Path, typer.Option(help="The folder of the pages.")] = Path("pages"),
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day of bill and ages.", show_default="today"),
    ] = None,
) -> None:
    """Writes an environment as one HTML file to look at and to print; asks AWS nothing."""
    today = day.date() if day else date.today()
    write_pages(environment, synthesize(environment), against, to, today, typer.echo)

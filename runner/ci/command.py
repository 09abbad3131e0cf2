"""Writes the pipelines of the user's repository."""

from collections.abc import Callable, Sequence
from pathlib import Path

from config.derived.ci import Provider, issuers
from config.environment import Environment
from runner.ci.github import workflows
from runner.ci.gitlab import pipeline
from runner.ci.model import Pipelines, pipelines
from runner.errors import RunnerError
from runner.manifest import Stack


def write_pipelines(
    environments: Sequence[Environment],
    stacks: Sequence[Stack],
    provider: Provider | None,
    to: Path,
    say: Callable[[str], object],
    *,
    force: bool = False,
) -> None:
    """Writes the pipelines of environments, and says what is to be done in the repository.

    Args:
        environments: those that have no repository at the provider are left out.
        stacks: those of the environments.
        provider: None for the only one that they have.
        to: the folder of the repository.
        say: prints a line.
        force: whether files with other content are replaced.

    Raises:
        RunnerError: no environment has a repository there, a role is missing, or a file has other
            content; nothing is written then.
    """
    chosen = provider or _only(environments)
    included = [each for each in environments if chosen in issuers(each)]
    if not included:
        raise RunnerError(
            f"No environment has ci.{chosen}, the repository of its pipelines: "
            f"{', '.join(each.name for each in environments)}. See docs/pipelines.md.",
            2,
        )
    for each in environments:
        if each not in included:
            say(f"{each.name}: left out, because it has no ci.{chosen}")
    names = {each.name for each in included}
    made = pipelines(included, [each for each in stacks if each.environment in names], chosen)
    heading = _heading(made, chosen)
    files = workflows(made, heading) if chosen == "github" else pipeline(made, heading)
    _write(to, files, say, force=force)
    for line in _next(made, chosen):
        say(line)


def _only(environments: Sequence[Environment]) -> Provider:
    found: set[Provider] = {key for each in environments for key in issuers(each)}
    if len(found) != 1:
        raise RunnerError(
            "For which provider? make ci PROVIDER=github, or PROVIDER=gitlab, with the repository "
            "in ci.github or ci.gitlab of the environment.",
            2,
        )
    return found.pop()


def _heading(made: Pipelines, provider: Provider) -> str:
    names = " ".join(target.name for target in made.targets)
    return f'Written by: make ci ENV="{names}" PROVIDER={provider}'


def _write(to: Path, files: dict[str, str], say: Callable[[str], object], *, force: bool) -> None:
    other = [
        name
        for name, text in files.items()
        if (to / name).exists() and (to / name).read_bytes() != text.encode()
    ]
    if other and not force:
        raise RunnerError(
            f"Other content is in {', '.join(str(to / name) for name in other)}. Nothing was "
            "written. --force replaces it."
        )
    for name, text in files.items():
        file = to / name
        written = name in other or not file.exists()
        if written:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        say(f"{file}: {'written' if written else 'is up to date'}")


def _next(made: Pipelines, provider: Provider) -> list[str]:
    """What the pipelines need in AWS and in the repository."""
    bootstraps = [f"  make bootstrap ENV={target.name}" for target in made.targets]
    deployments = list(dict.fromkeys(each.deployment for each in made.applies))
    where = (
        f"Settings > Environments, with required reviewers and the branch {made.branch}"
        if provider == "github"
        else "Settings > CI/CD > Protected environments"
    )
    return [
        "Next, an administrator makes the roles:",
        *bootstraps,
        f"and the environments of the repository ({where}):",
        *(f"  {each}" for each in deployments),
    ]

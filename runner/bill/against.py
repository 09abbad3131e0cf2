"""The other side of a comparison: an environment, a file, or a revision of Git."""

import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from config.environment import Environment
from rules.load import ENVIRONMENTS, EXAMPLES, PROJECT, ConfigError, load
from runner.errors import RunnerError
from runner.manifest import Stack, by_environment
from runner.synth import synthesize


@dataclass(frozen=True)
class Other:
    """What a bill is compared with.

    Attributes:
        name: how the output names it.
        environments: the environments that it describes.
        stacks: their stacks, by environment.
    """

    name: str
    environments: tuple[Environment, ...]
    stacks: dict[str, list[Stack]]

    def of(self, environment: Environment) -> Environment:
        """The environment to compare one with: that of its name, of its region, or the only one.

        Raises:
            RunnerError: there are several and none of them fits.
        """
        fitting = [
            [each for each in self.environments if each.name == environment.name],
            [each for each in self.environments if each.region == environment.region],
            list(self.environments),
        ]
        for found in fitting:
            if len(found) == 1:
                return found[0]
        names = ", ".join(each.name for each in self.environments)
        raise RunnerError(f"{self.name} describes several environments. Name one of {names}.", 2)


@contextmanager
def synthesized(against: str, asked: str, project: Path = PROJECT) -> Iterator[Other]:
    """Synthesizes the other side into a folder that exists as long as it is used.

    Args:
        against: the name of an environment, the path of a file, or a revision of Git, in which
            the environment is made by the program of the revision.
        asked: how the user named the environment of this side.
        project: the repository.

    Raises:
        ConfigError: it is none of them.
        RunnerError: the revision does not have the environment, or cannot make it.
    """
    with TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        try:
            loaded = load([against])
        except ConfigError:
            commit = None if _is_file(against) else _commit(project, against)
            if commit is None:
                raise
            tree = Path(folder) / "tree"
            _extract(project, commit, tree)
            yield _from_tree(against, _in_repository(asked, project), tree, output)
            return
        yield _other(against, loaded, synthesize(against, outdir=output))


def _from_tree(revision: str, asked: str, tree: Path, output: Path) -> Other:
    folders = [tree / folder.relative_to(PROJECT) for folder in (ENVIRONMENTS, EXAMPLES)]
    is_path = asked.endswith(".yaml")
    name = str(tree / asked) if is_path else asked
    try:
        loaded = load([name], folders)
    except ConfigError as error:
        raise RunnerError(f"{asked} at {revision} cannot be read:\n{error}", 2) from error
    stacks = synthesize(name, outdir=output, main=tree / "main.py")
    return _other(f"{asked} at {revision}", loaded, stacks)


def _other(name: str, loaded: Sequence[Environment], stacks: list[Stack]) -> Other:
    return Other(name, tuple(loaded), by_environment(stacks))


def _is_file(name: str) -> bool:
    named = any((folder / f"{name}.yaml").is_file() for folder in (ENVIRONMENTS, EXAMPLES))
    return named or Path(name).is_file()


def _in_repository(asked: str, project: Path) -> str:
    """A path, relative to the repository; a name as it is."""
    if "/" not in asked and not asked.endswith(".yaml"):
        return asked
    path = Path(asked).resolve()
    if not path.is_relative_to(project):
        raise RunnerError(f"{asked} is outside of this repository, so no revision has it.", 2)
    return str(path.relative_to(project))


def _commit(project: Path, revision: str) -> str | None:
    wanted = f"{revision}^{{commit}}"
    answer = _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    return answer.stdout.decode().strip() if answer.returncode == 0 else None


def _extract(project: Path, commit: str, tree: Path) -> None:
    answer = _git(project, "archive", "--format=tar", commit)
    if answer.returncode:
        raise RunnerError(f"git archive {commit}: {answer.stderr.decode().strip()}")
    with tarfile.open(fileobj=BytesIO(answer.stdout)) as archive:
        archive.extractall(tree, filter="data")


def _git(project: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(project), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        raise RunnerError(
            "git is not on the PATH, which a comparison with a revision needs."
        ) from None

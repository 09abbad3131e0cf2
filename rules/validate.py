"""Validates the settings of a file: each by the model, then all by the rules."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path as File
from typing import Final

from config.environment import Environment
from config.problem import Problem
from config.reading import validate as reading
from config.reading.extends import Files
from config.reading.field_spec import FieldSpec
from config.reading.partial import written_path
from config.reading.written import Located, WrittenSettings
from config.synonyms import SYNONYMS
from rules.expansion import EnvironmentSource, expanded, refused
from rules.named_files import named
from rules.registration import broken, warnings

SPEC: Final = FieldSpec.of_model(Environment)
"""What a file may say."""


@dataclass(frozen=True)
class Result:
    """The result of reading a file.

    Attributes:
        environment: the environment; None if its settings have errors.
        problems: what is wrong, except for what the reader has reported.
        warnings: warnings of the rules; empty if there are errors.
    """

    environment: Environment | None
    problems: list[Located]
    warnings: list[Located] = field(default_factory=list[Located])


def validate(written: WrittenSettings, *, complete: bool = True) -> Result:
    """Validates settings.

    Args:
        written: the merged settings.
        complete: whether they are all there. Where a file of the chain could not be read, what
            it would say is not missed, and rules are not applied to half of the settings.
    """
    found = reading.validate(written, Environment, SYNONYMS, complete=complete)
    if not complete:
        return Result(found.model, found.problems)
    if found.model is None:
        return Result(None, [*found.problems, *_broken_in_part(found, written)])
    problems = [placed(problem, written) for problem in broken(found.model)]
    if problems:
        return Result(None, problems)
    return Result(found.model, [], [placed(advice, written) for advice in warnings(found.model)])


def _broken_in_part(
    found: reading.Validated[Environment], written: WrittenSettings
) -> Iterator[Located]:
    """Applies the rules to what is right.

    A second time without the entries that are wrong in part, for their neighbours: a rule ends at
    the first setting that is unknown.
    """
    for known in found.partial:
        for problem in broken(known, partly=True):
            path, is_reduced = written_path(known, problem.path)
            if is_reduced or known is found.partial[0]:
                yield placed(replace(problem, path=path), written)


def placed(problem: Problem, written: WrittenSettings) -> Located:
    """Gives the problem of a rule its place in the file: at a setting that the file says."""
    places = filter(written.has, (problem.path, *problem.involved))
    return Located(written.locate(next(places, problem.path)), problem)


class FoundEnvironments:
    """What is in the files that are read, each once.

    Attributes:
        environments: the valid environments.
        files: the settings of each file that could be read.
        written: the settings of each environment.
    """

    def __init__(self) -> None:
        self._files = Files(SPEC)
        self.problems: list[Located] = []
        self.environments: dict[EnvironmentSource, Environment] = {}
        self.warnings: dict[EnvironmentSource, list[Located]] = {}
        self.files: dict[File, WrittenSettings] = {}
        self.written: dict[EnvironmentSource, WrittenSettings] = {}

    def add(self, file: File) -> None:
        """Reads a file and validates its environments."""
        chain = self._files.chain(file)
        self.problems += chain.problems
        if chain.written is None:
            return
        self.files[file] = chain.written
        self.problems += refused(chain.written)
        for each in expanded(file, chain.written):
            result = validate(each.written, complete=chain.complete)
            self.problems += result.problems
            self.written[each.source] = each.written
            if result.environment is not None:
                self.environments[each.source] = result.environment
                self.warnings[each.source] = result.warnings

    def add_named(self) -> dict[EnvironmentSource, list[EnvironmentSource]]:
        """Reads the files that those that were read name; returns which names which.

        They are named by `fleet` and `edge`. What they name in turn is not read: a spoke needs its
        hub, but not the other spokes.
        """
        names: dict[EnvironmentSource, list[EnvironmentSource]] = {}
        known = {file.stem: file for file in self.files}
        for source, written in list(self.written.items()):
            for other in named(written):
                file = known.get(other.name, other.file)
                if file.is_file() and file not in self.files:
                    self.add(file)
                    known[other.name] = file
                problem = None if file.is_file() else other.missing()
                if EnvironmentSource(file) in self.environments:
                    names.setdefault(source, []).append(EnvironmentSource(file))
                elif file in self.files and expanded(file, self.files[file])[0].source.region:
                    problem = other.several()
                if problem is not None:
                    self.problems.append(placed(problem, written))
        return names

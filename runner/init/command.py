"""Writes the file of a new environment."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from runner.errors import RunnerError
from runner.init.answers import Answers, explained, flag_of, problems
from runner.init.identity import Caller
from runner.init.questions import Ask, Say, asked, unattended, wrong_use_case
from runner.init.text import text, to_replace
from runner.init.use_cases import NEED_A_DOMAIN, use_cases

NEXT: Final = {
    "synth": "writes its Terraform",
    "check": "whether the account has what it needs; only reads",
    "bootstrap": "makes its state backend",
}
"""The next commands, and what they are for."""


def new_environment(
    answers: Answers,
    folder: Path,
    ask: Ask | None,
    say: Say,
    caller: Callable[[], Caller],
) -> Path:
    """Asks for what is missing, and writes a file that is valid.

    Args:
        answers: what flags have said.
        folder: where the user's environments are.
        ask: asks a question; None where there is no terminal.
        caller: who calls AWS.

    Returns:
        The file.

    Raises:
        RunnerError: an answer is wrong or missing, or the environment exists.
    """
    _require_new(answers.name, folder)
    known = use_cases()
    if answers.use_case and (wrong := wrong_use_case(answers.use_case, known)):
        raise RunnerError(wrong, 2)
    if ask is None:
        answers = unattended(answers, caller())
    else:
        answers = asked(answers, caller(), known, ask, say)
    _require_new(answers.name, folder)
    if answers.use_case in NEED_A_DOMAIN and not answers.domain:
        raise RunnerError(f"--domain: the use case {answers.use_case} needs one.", 2)
    taken = "\n".join(each.read_text(encoding="utf-8") for each in sorted(folder.glob("*.yaml")))
    content = text(answers, known[answers.use_case], taken)
    file = folder / f"{answers.name}.yaml"
    if found := problems(content, file):
        own = [each for each in found if flag_of(each.problem.path)]
        if own:
            raise RunnerError("\n".join(dict.fromkeys(explained(own))), 2)
        lines = "\n".join(dict.fromkeys(explained(found)))
        raise RunnerError(
            f"{lines}\nNothing was written: the use case {answers.use_case} does not go together "
            "with these answers.",
            2,
        )
    folder.mkdir(exist_ok=True)
    with file.open("x", encoding="utf-8") as writing:
        writing.write(content)
    _report(file, answers, content, say)
    return file


def _require_new(name: str, folder: Path) -> None:
    if name and (folder / f"{name}.yaml").exists():
        raise RunnerError(f"{folder / name}.yaml exists, and is left as it is.", 2)


def _report(file: Path, answers: Answers, content: str, say: Say) -> None:
    say(f"Written: {file}")
    if lines := to_replace(content):
        say("These lines have values of the example, which are to be replaced or removed:")
        for line in lines:
            say(f"  {line}")
    say("Next:")
    for command, purpose in NEXT.items():
        say(f"  make {command} ENV={answers.name}  # {purpose}")

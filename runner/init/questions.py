"""Asks for what flags have not said."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from config.reading.nearest import nearest
from runner.errors import RunnerError
from runner.init.answers import Answers, explained, flag_of, problems
from runner.init.identity import Caller, hosted_zone_of
from runner.init.text import text
from runner.init.use_cases import NEED_A_DOMAIN, SEVERAL_FILES, UseCase

Ask = Callable[[str, str], str]
"""Asks a question, whose default is the second text; empty for none."""

Say = Callable[[str], object]

DEFAULT_USE_CASE: Final = "dev"

_COMPLETE: Final = Answers(
    name="new",
    account="123456789012",
    region="eu-west-1",
    admins=("arn:aws:iam::123456789012:role/platform-admin",),
)
"""What is not answered yet, so that an answer can be checked by itself."""


def unattended(answers: Answers, caller: Caller) -> Answers:
    """Completes flags without a question.

    Raises:
        RunnerError: something is missing that has no default.
    """
    answers = replace(
        answers,
        use_case=answers.use_case or DEFAULT_USE_CASE,
        account=answers.account or caller.account,
        region=answers.region or caller.region,
        admins=answers.admins or ((caller.principal,) if caller.principal else ()),
    )
    values = {
        "NAME": answers.name,
        "--account": answers.account,
        "--region": answers.region,
        "--admin": answers.admins,
    }
    missing = [flag for flag, value in values.items() if not value]
    if missing:
        raise RunnerError(
            f"{', '.join(missing)} missing: there is no terminal to ask on. AWS credentials in "
            "the shell also answer --account and --admin, and their profile --region.",
            2,
        )
    return _with_zone(answers)


def asked(
    answers: Answers, caller: Caller, known: Mapping[str, UseCase], ask: Ask, say: Say
) -> Answers:
    """Asks for what is missing, and again where an answer is wrong."""

    def answer(question: str, default: str, made: Callable[[str], Answers], flag: str) -> Answers:
        while True:
            found = made(ask(question, default).strip())
            wrong = problem_of(found, flag, known)
            if not wrong:
                return found
            say(wrong)

    if not answers.name:
        answers = answer(
            "Name of the environment, the beginning of all names",
            "",
            lambda value: replace(answers, name=value),
            "NAME",
        )
    if not answers.use_case:
        for each in known.values():
            say(f"  {each.name}: {each.purpose}")
        answers = answer(
            "Use case",
            DEFAULT_USE_CASE,
            lambda value: replace(answers, use_case=value),
            "--use-case",
        )
    if not answers.account:
        answers = answer(
            "AWS account",
            caller.account,
            lambda value: replace(answers, account=value),
            "--account",
        )
    if not answers.region:
        answers = answer(
            "Region", caller.region, lambda value: replace(answers, region=value), "--region"
        )
    if not answers.zones:
        answers = answer(
            "Letters of the zones, or auto",
            "auto",
            lambda value: replace(answers, zones=letters("" if value == "auto" else value)),
            "--zones",
        )
    if not answers.domain:
        needed = answers.use_case in NEED_A_DOMAIN
        answers = answer(
            "Domain of the load balancer" + ("" if needed else ", or none: plain HTTP without"),
            "" if needed else "none",
            lambda value: replace(answers, domain="" if value == "none" else value),
            "--domain",
        )
    answers = _with_zone(answers)
    if answers.domain and not answers.hosted_zone:
        answers = answer(
            f"Id of the Route 53 zone of {answers.domain}",
            "",
            lambda value: replace(answers, hosted_zone=value),
            "--hosted-zone",
        )
    if not answers.admins:
        answers = answer(
            "ARN of the IAM role of the administrators; several with commas",
            caller.principal,
            lambda value: replace(answers, admins=tuple(value.replace(",", " ").split())),
            "--admin",
        )
    return answers


def letters(value: str) -> tuple[str, ...]:
    """The letters of zones: `abc`, `a,b,c` and `eu-west-1a eu-west-1b` name the same kind."""
    words = value.replace(",", " ").split()
    if len(words) == 1 and words[0].isalpha():
        return tuple(words[0])
    return tuple(word[-1] if "-" in word else word for word in words)


def problem_of(answers: Answers, flag: str, known: Mapping[str, UseCase]) -> str:
    """What is wrong with the answer to one argument; empty for nothing."""
    if flag == "--use-case":
        return wrong_use_case(answers.use_case, known)
    complete = replace(
        _COMPLETE,
        **{
            name: value
            for name, value in vars(answers).items()
            if value and name not in {"use_case", "domain", "hosted_zone", "hosted_zone_name"}
        },
    )
    if flag in {"--domain", "--hosted-zone"}:
        if not answers.domain and answers.use_case in NEED_A_DOMAIN:
            return f"--domain: the use case {answers.use_case} needs one"
        zone = answers.hosted_zone or "Z0123456789ABCDEFGHIJ"
        complete = replace(
            complete,
            domain=answers.domain,
            hosted_zone=zone,
            hosted_zone_name=answers.hosted_zone_name,
        )
    values = {
        "NAME": answers.name,
        "--account": answers.account,
        "--region": answers.region,
        "--admin": answers.admins,
        "--hosted-zone": answers.hosted_zone,
    }
    if flag in values and not values[flag]:
        return f"{flag}: is required"
    found = problems(text(complete, known["minimal"]), Path("environments/new.yaml"))
    own = [each for each in found if flag_of(each.problem.path) == flag]
    return "\n".join(dict.fromkeys(explained(own)))


def wrong_use_case(name: str, known: Mapping[str, UseCase]) -> str:
    """What is wrong with the name of a use case; empty for nothing."""
    if name in known:
        return ""
    if name in SEVERAL_FILES:
        return (
            f"--use-case: {name} is to be copied by hand, because {SEVERAL_FILES[name]}: "
            f"examples/environments/{name}.yaml"
        )
    suggestion = nearest(name, known)
    meant = f"; did you mean {suggestion}?" if suggestion else ""
    return f'--use-case: is none ("{name}"); allowed {", ".join(known)}{meant}'


def _with_zone(answers: Answers) -> Answers:
    if not answers.domain or answers.hosted_zone:
        return answers
    zone, name = hosted_zone_of(answers.domain)
    return replace(answers, hosted_zone=zone, hosted_zone_name=answers.hosted_zone_name or name)

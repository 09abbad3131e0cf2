"""`make init` (M8): a new environment from an example, by flags or by questions."""

import os
import pty
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.types.regions import REGIONS
from rules.load import EXAMPLES, load
from runner.init import command, questions
from runner.init.answers import Answers, explained, problems
from runner.init.identity import Caller, caller, hosted_zone_of
from runner.init.questions import letters, wrong_use_case
from runner.init.text import text, to_replace
from runner.init.use_cases import NEED_A_DOMAIN, SEVERAL_FILES, UseCase, use_cases
from support.command import Done
from support.command import command as run_command
from tools.emulator import LocalAws

ADMIN = "arn:aws:iam::111122223333:role/admin"
FLAGS = ("--account", "111122223333", "--region", "eu-west-1", "--admin", ADMIN)
DOMAIN = ("--domain", "shop.acme.test", "--hosted-zone", "Z9876543210ABCDEFGHIJ")
NOTHING = Caller()

Init = Callable[..., Done]


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.commands.start.caller", lambda: NOTHING)
    monkeypatch.setattr(questions, "hosted_zone_of", lambda _: ("", ""))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "environments"
    monkeypatch.setattr("runner.commands.start.ENVIRONMENTS", folder)
    return folder


@pytest.fixture
def init(folder: Path, capsys: pytest.CaptureFixture[str]) -> Init:
    """Runs the command without a terminal; its files are in `folder`."""
    del folder
    return lambda *arguments: run_command(capsys, "init", *arguments)


@pytest.fixture(scope="module")
def known() -> dict[str, UseCase]:
    return use_cases()


def test_flags_write_a_file_that_loads(init: Init, folder: Path) -> None:
    done = init("staging", *FLAGS, "--zones", "b,c", "--use-case", "prod", *DOMAIN)
    assert done.returncode == 0, done.stderr
    (environment,) = load([folder / "staging.yaml"])
    assert (environment.name, environment.account) == ("staging", "111122223333")
    assert environment.region == "eu-west-1"
    assert environment.admins == [ADMIN]
    assert list(environment.network.availability_zones) == ["b", "c"]
    assert environment.edge.domain_names == ["shop.acme.test", "*.shop.acme.test"]
    assert environment.edge.hosted_zone is not None
    assert environment.edge.hosted_zone.name == "shop.acme.test"
    assert environment.cluster.deletion_protection


def test_it_prints_the_next_three_commands(init: Init, folder: Path) -> None:
    lines = init("staging", *FLAGS).stdout.splitlines()
    assert lines[0] == f"Written: {folder / 'staging.yaml'}"
    after = lines[lines.index("Next:") + 1 :]
    assert [line.split("#")[0].strip() for line in after] == [
        "make synth ENV=staging",
        "make check ENV=staging",
        "make bootstrap ENV=staging",
    ]


def test_the_file_is_short_and_explains_itself(init: Init, folder: Path) -> None:
    init("staging", *FLAGS)
    written = (folder / "staging.yaml").read_text()
    lines = written.splitlines()
    assert lines[0] == "# yaml-language-server: $schema=../config/schema.json"
    assert "From the example dev: Small and cheap" in lines[1]
    assert "# Terraform refuses credentials of another account." in lines
    assert "    # A destroy deletes the files." in lines
    assert "`make capacity ENV=staging`" in written
    assert len(lines) <= 60
    assert "extends" not in written


def test_an_existing_environment_is_never_overwritten(init: Init, folder: Path) -> None:
    folder.mkdir()
    file = folder / "staging.yaml"
    file.write_text("# mine\n")
    done = init("staging", *FLAGS)
    assert done.returncode == 2
    assert f"{file} exists, and is left as it is." in done.stderr
    assert file.read_text() == "# mine\n"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--use-case", "gpy"], ['--use-case: is none ("gpy")', "did you mean gpu?"]),
        (["--use-case", "two-regions"], ["--use-case: two-regions is to be copied by hand"]),
        (["--region", "eu-west-11"], ["--region: ", "did you mean eu-west-1?"]),
        (["--account", "1234"], ["--account: ", "12 digits"]),
        (["--admin", "admin"], ["--admin: ", "the ARN of an IAM role or user"]),
        (["--zones", "d"], ["--zones: "]),
        (["--domain", "no domain"], ["--domain: "]),
        (["--use-case", "gitops"], ["--domain: the use case gitops needs one"]),
    ],
)
def test_a_wrong_flag_is_refused_by_its_name(
    flags: Sequence[str], words: Sequence[str], init: Init, folder: Path
) -> None:
    done = init("staging", *FLAGS, *flags)
    assert done.returncode == 2
    for word in words:
        assert word in done.stderr
    assert not folder.exists()


def test_all_wrong_flags_are_reported_at_once(init: Init) -> None:
    wrong = ("--account", "12", "--region", "mars", "--admin", "me")
    done = init("Staging_", *wrong)
    assert [line.removeprefix("Error: ").split(":")[0] for line in done.stderr.splitlines()] == [
        *("NAME", "--account", "--region", "--admin")
    ]


def test_a_use_case_that_does_not_fit_the_region_writes_nothing(init: Init, folder: Path) -> None:
    """In Tokyo no account has to have a zone b, which the example names."""
    flags = (*FLAGS, "--region", "ap-northeast-1", *DOMAIN, "--use-case", "full")
    done = init("staging", *flags)
    assert done.returncode == 2
    assert "network.control_plane_subnets.zones" in done.stderr
    assert "the use case full does not go together with these answers" in done.stderr
    assert not folder.exists()


def test_without_a_terminal_what_is_missing_is_named(init: Init) -> None:
    done = init("--use-case", "prod")
    assert done.returncode == 2
    assert "NAME, --account, --region, --admin missing" in done.stderr


@pytest.mark.parametrize("domain", ["", "shop.acme.test"], ids=["no domain", "domain"])
@pytest.mark.parametrize("name", [*use_cases()])
def test_every_use_case_is_valid(name: str, domain: str, known: dict[str, UseCase]) -> None:
    zone = "Z9876543210ABCDEFGHIJ" if domain else ""
    answers = Answers("mine", name, "111122223333", "eu-west-1", (ADMIN,), (), domain, zone)
    found = list(explained(problems(text(answers, known[name]), Path("environments/mine.yaml"))))
    needs = not domain and name in NEED_A_DOMAIN
    assert bool(found) == needs, found


def test_internal_names_are_below_the_domain_that_was_answered(known: dict[str, UseCase]) -> None:
    def edge(name: str) -> dict[str, Any]:
        zone = "Z9876543210ABCDEFGHIJ"
        who = ("111122223333", "eu-west-1", (ADMIN,), ())
        answers = Answers("mine", name, *who, "shop.acme.test", zone, "acme.test")
        return yaml.safe_load(text(answers, known[name]))["edge"]

    intranet, corporate = edge("intranet"), edge("corporate")
    zone = {"id": "Z9876543210ABCDEFGHIJ", "name": "acme.test"}
    assert intranet["hosted_zone"] == intranet["internal"]["validation_zone"] == zone
    assert intranet["internal"]["hosted_zone"] == {"name": "corp.shop.acme.test"}
    assert corporate["internal"]["hosted_zone"] == zone
    assert corporate["internal"]["domain_names"] == ["shop.acme.test", "*.shop.acme.test"]
    assert "domain_names" not in corporate


@pytest.mark.parametrize("name", ["dev", "prod"])
@pytest.mark.parametrize("region", sorted({*REGIONS["aws"]} - {"us-west-1"}))
def test_it_is_valid_in_other_regions(name: str, region: str, known: dict[str, UseCase]) -> None:
    zone = "Z9876543210ABCDEFGHIJ"
    answers = Answers("mine", name, "111122223333", region, (ADMIN,), (), "acme.test", zone)
    found = problems(text(answers, known[name]), Path("environments/mine.yaml"))
    assert list(explained(found)) == []


def test_every_example_is_a_use_case_or_says_why_not(known: dict[str, UseCase]) -> None:
    names = {file.stem for file in EXAMPLES.glob("*.yaml")} - {"base"}
    assert names == {*known, *SEVERAL_FILES}
    for name, reason in SEVERAL_FILES.items():
        assert reason in wrong_use_case(name, known)


def test_nothing_of_the_examples_account_is_left(known: dict[str, UseCase]) -> None:
    for name, use_case in known.items():
        answers = Answers("mine", name, "111122223333", "us-east-2", (ADMIN,))
        made = text(answers, use_case)
        assert "123456789012" not in made, name
        assert "eu-west-1" not in made.replace("to eu-west-1", ""), name


def test_what_only_the_example_has_is_listed_with_its_line(known: dict[str, UseCase]) -> None:
    made = text(Answers("mine", "gpu", "111122223333", "eu-west-1", (ADMIN,)), known["gpu"])
    number = 1 + made.splitlines().index("      capacity_reservation: cr-0123456789abcdef0")
    assert to_replace(made) == [f"{number}: capacity_reservation: cr-0123456789abcdef0"]
    made = text(Answers("mine", "dev", "111122223333", "eu-west-1", (ADMIN,)), known["dev"])
    assert to_replace(made) == []


def test_the_settings_are_those_of_the_example(known: dict[str, UseCase]) -> None:
    """With the example's own answers; only values that one account alone can have differ."""
    for name, use_case in known.items():
        (example,) = load([EXAMPLES / f"{name}.yaml"])
        edge = example.edge
        zone = edge.hosted_zone
        answers = Answers(
            name,
            name,
            example.account,
            example.region,
            tuple(example.admins),
            (),
            use_case.domain,
            zone.id if zone else "",
            zone.name if zone else "",
        )
        mine = yaml.safe_load(text(answers, use_case))
        own = dict(use_case.settings)
        for settings in (mine, own):
            settings.get("network", {}).pop("cidr", None)
        assert mine["platform"] == own["platform"] if "platform" in own else True
        assert mine.keys() | {"network"} == own.keys() | {"network", "edge"}, name


def test_address_blocks_of_other_environments_are_avoided(init: Init, folder: Path) -> None:
    for name in ("one", "two"):
        assert init(name, *FLAGS).returncode == 0
    assert init("three", *FLAGS, "--use-case", "prod").returncode == 0
    blocks = [each.network.cidr for each in load([folder / f"{n}.yaml" for n in ("one", "two")])]
    (third,) = load([folder / "three.yaml"])
    assert [str(each) for each in (*blocks, third.network.cidr)] == [
        *("10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16")
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("abc", ("a", "b", "c")),
        ("a,b", ("a", "b")),
        ("a b", ("a", "b")),
        ("eu-west-1a, eu-west-1c", ("a", "c")),
        ("", ()),
    ],
)
def test_zones_are_letters(given: str, expected: tuple[str, ...]) -> None:
    assert letters(given) == expected


@pytest.fixture
def asking(folder: Path) -> Callable[..., Any]:
    """Answers the questions one after the other; gives what was asked and said."""

    def run(*replies: str, who: Caller = NOTHING, **given: Any) -> tuple[list[str], list[str]]:
        waiting, asked, said = list(replies), list[str](), list[str]()

        def ask(question: str, default: str) -> str:
            asked.append(f"{question} [{default}]")
            return waiting.pop(0) or default

        command.new_environment(Answers(**given), folder, ask, said.append, lambda: who)
        assert waiting == []
        return asked, said

    return run


def test_it_asks_for_everything_without_flags(
    asking: Callable[..., tuple[list[str], list[str]]], folder: Path
) -> None:
    asked, said = asking("staging", "", "111122223333", "eu-west-1", "", "", ADMIN)
    assert [each.split(" [")[0].split(",")[0].split(";")[0] for each in asked] == [
        "Name of the environment",
        "Use case",
        "AWS account",
        "Region",
        "Letters of the zones",
        "Domain of the load balancer",
        "ARN of the IAM role of the administrators",
    ]
    assert any(line.startswith("  gpu: Machine learning") for line in said)
    (environment,) = load([folder / "staging.yaml"])
    assert environment.admins == [ADMIN]


def test_it_asks_only_for_what_no_flag_says(
    asking: Callable[..., tuple[list[str], list[str]]],
) -> None:
    asked, _ = asking(
        "",
        "",
        name="staging",
        use_case="minimal",
        account="111122223333",
        region="eu-west-1",
        admins=(ADMIN,),
    )
    assert len(asked) == 2


def test_a_wrong_answer_is_explained_and_asked_again(
    asking: Callable[..., tuple[list[str], list[str]]], folder: Path
) -> None:
    wrong_and_right = ("Staging", "staging", "gpy", "gpu", "12", "111122223333", "eu-west1")
    _, said = asking(*wrong_and_right, "eu-west-1", "z", "a,b", "", "me", ADMIN)
    told = "\n".join(said)
    for words in ("NAME: ", "did you mean gpu?", "12 digits", "did you mean eu-west-1?", "--zones"):
        assert words in told
    assert (folder / "staging.yaml").is_file()


def test_credentials_answer_account_region_and_administrators(
    asking: Callable[..., tuple[list[str], list[str]]], folder: Path
) -> None:
    who = Caller("111122223333", ADMIN, "eu-north-1")
    asked, _ = asking("staging", "", "", "", "", "", "", who=who)
    assert "AWS account [111122223333]" in asked
    (environment,) = load([folder / "staging.yaml"])
    assert (environment.account, environment.region) == (who.account, who.region)
    assert environment.admins == [ADMIN]


def test_the_use_case_that_needs_a_domain_asks_until_it_has_one(
    asking: Callable[..., tuple[list[str], list[str]]], folder: Path
) -> None:
    given = {"name": "staging", "use_case": "gitops", "account": "111122223333"}
    replies = ("", "none", "acme.test", "Z9876543210ABCDEFGHIJ")
    _, said = asking(*replies, **given, region="eu-west-1", admins=(ADMIN,))
    assert "--domain: the use case gitops needs one" in said
    (environment,) = load([folder / "staging.yaml"])
    assert environment.platform.argo_cd.host == "argocd.acme.test"


def test_the_caller_is_the_role_with_its_path(
    aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**aws.environment, "AWS_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    found = caller()
    assert found.account == aws.account
    assert found.region == "eu-west-1"
    route53 = aws.client("route53")
    made = route53.create_hosted_zone(Name="acme.test", CallerReference="init")["HostedZone"]
    zone = made["Id"].rpartition("/")[2]
    assert hosted_zone_of("shop.acme.test") == (zone, "acme.test")
    assert hosted_zone_of("other.test") == ("", "")


def test_without_credentials_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    assert caller() == NOTHING


def test_on_a_terminal_the_program_asks(tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    project = Path(__file__).parents[3]
    with subprocess.Popen(
        [str(project / ".venv" / "bin" / "eks-platform"), "init"],
        stdin=follower,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=tmp_path,
        env=os.environ | {"AWS_EC2_METADATA_DISABLED": "true"},
        text=True,
    ) as process:
        os.write(leader, b"\x04")
        assert process.stdout
        printed = process.stdout.read()
    os.close(leader)
    os.close(follower)
    assert printed.startswith("Name of the environment")
    assert process.returncode == 1

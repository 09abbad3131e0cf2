"""The user's own rules, stacks, changes and checks, in a folder that no upgrade touches (L6)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.reading.report import ConfigError
from rules.load import EXAMPLES, load, load_with_warnings
from support.environment_files import Project
from support.environments import example
from support.output import Output, synthesized_output

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "extensions"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of extensions, which is the user's."""
    made = tmp_path / "extensions"
    made.mkdir()
    monkeypatch.setenv("EXTENSIONS", str(made))
    return made


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Output:
    """The example queue-workers with the example's extensions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXTENSIONS", str(FOLDER))
        [environment] = load([EXAMPLES / "queue-workers.yaml"])
        return synthesized_output(tmp_path_factory.mktemp("extended"), environment)


def refusal(name: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load([EXAMPLES / f"{name}.yaml"])
    return str(caught.value)


def refusal_of_synth(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        synthesized_output(path, example("minimal"))
    return str(caught.value)


def test_a_rule_refuses_a_file_with_path_and_place(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXTENSIONS", str(FOLDER))
    text = "extends: good.yaml\nname: dev\nnetwork: {cidr: 172.31.0.0/16}\n"
    project.write("dev.yaml", text + "tags: {cost-center: a}\n")
    assert project.errors("dev.yaml") == [
        "dev.yaml:3:17: network.cidr: is not in the company's block "
        '("172.31.0.0/16"); allowed a block in 10.0.0.0/8'
    ]
    project.write("dev.yaml", text.replace("172.31", "10.31"))
    [loaded] = load_with_warnings(["dev.yaml"])
    assert [each.problem.path for each in loaded.own_warnings] == [("tags",)]


def test_a_stack_has_state_and_order_and_reads_the_outputs_of_others(extended: Output) -> None:
    stack = extended.stack("queue-workers-queues").json
    assert stack["terraform"]["backend"]["s3"]["key"] == "queue-workers/queues.tfstate"
    endpoint = stack["resource"]["aws_vpc_endpoint"]["sqs"]
    assert endpoint["vpc_id"] == "${data.terraform_remote_state.network.outputs.vpc_id}"
    entry = extended.manifest["stacks"]["queue-workers-queues"]
    assert entry["dependencies"] == ["queue-workers-network"]


def test_the_state_of_a_stack_has_an_access_policy(extended: Output) -> None:
    policies = extended.stack("queue-workers-state").resources("aws_iam_policy")
    document = policies["state_access_queues"]["policy"]
    assert "queue-workers/queues.tfstate" in document
    assert "queue-workers/network.tfstate" in document


def test_a_change_is_in_the_output_and_nothing_else_differs(
    extended: Output, output: Output
) -> None:
    edge = extended.stack("queue-workers-edge").by_address()
    before = output.stack("queue-workers-edge").by_address()
    assert edge["aws_lb.load_balancer"].pop("preserve_host_header") is True
    assert edge == before
    for name in ("network", "cluster", "platform"):
        same = f"queue-workers-{name}"
        assert extended.stack(same).text == output.stack(same).text


def test_a_check_refuses_the_output_and_leaves_the_previous_one(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "checks.py").write_text(
        "from extension_api import check\n\n@check\ndef no_vpc(stack):\n"
        "    for address, body in stack.resources('aws_vpc'):\n"
        "        yield f'{address} is refused in {stack.name} of {stack.environment.name}'\n"
    )
    outdir = tmp_path / "out"
    outdir.mkdir()
    (outdir / "manifest.json").write_text("previous")
    said = refusal_of_synth(outdir)
    assert said.endswith(
        "checks.py:3:1: minimal-network: aws_vpc.vpc is refused in network of minimal"
    )
    assert [each.name for each in outdir.iterdir()] == ["manifest.json"]
    assert (outdir / "manifest.json").read_text() == "previous"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import nothing_like_it\n", "broken.py:1:1: ModuleNotFoundError: No module named"),
        ("x = 1\ndef f(:\n", "broken.py:2:7: SyntaxError: invalid syntax"),
        (
            "from extension_api import rule\n\n@rule('netwrok')\ndef f(environment):\n    yield\n",
            "broken.py:3:1: ValueError: an environment has no netwrok",
        ),
        (
            "from extension_api import rule\n\n@rule('network')\ndef f(environment):\n"
            "    yield from environment.network.cdir\n",
            "broken.py:5:1: AttributeError: 'Network' object has no attribute 'cdir'",
        ),
        (
            "from extension_api import rule\n\n@rule('network')\ndef f(environment):\n"
            "    yield 'too large'\n",
            "broken.py:3:1: TypeError: a rule yields Problem, not str",
        ),
        (
            "from extension_api import rule\n\n@rule('network')\ndef f(environment):\n    pass\n",
            "broken.py:3:1: TypeError: 'NoneType' object is not iterable",
        ),
        (
            "from extension_api import stack\n\n@stack('my-stack')\ndef f(stack, outputs):\n"
            "    pass\n",
            "broken.py:3:1: ValueError: stack 'my-stack' needs a name of",
        ),
    ],
)
def test_an_error_of_an_extension_has_file_and_line(folder: Path, text: str, said: str) -> None:
    (folder / "broken.py").write_text(text)
    assert said in refusal("minimal")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "@stack('queues', after=('netwrok',))\ndef f(stack, outputs):\n    pass\n",
            "there is no stack netwrok, but state, network, edge, cluster, platform; "
            "did you mean network?",
        ),
        (
            "@stack('edge')\ndef f(stack, outputs):\n    pass\n",
            "stack edge: minimal has a stack of this name",
        ),
        (
            "@change('network')\ndef f(stack):\n    resource(stack, 'aws_vpc.vcp')\n",
            "broken.py:4:1: LookupError: minimal-network has no aws_vpc.vcp; "
            "did you mean aws_vpc.vpc?",
        ),
        ("@change('fleet')\ndef f(stack):\n    pass\n", "there is no stack fleet, but"),
        (
            "@check\ndef f(stack):\n    yield stack.document['resuorce']\n",
            "broken.py:4:1: KeyError: 'resuorce'",
        ),
    ],
)
def test_an_error_while_stacks_are_made_has_file_and_line(
    folder: Path, tmp_path: Path, text: str, said: str
) -> None:
    head = "from extension_api import change, check, resource, stack\n"
    (folder / "broken.py").write_text(head + text)
    assert said in refusal_of_synth(tmp_path / "out")


def test_a_program_with_a_broken_extension_ends_with_code_2(folder: Path, tmp_path: Path) -> None:
    (folder / "broken.py").write_text("raise RuntimeError('at once')\n")
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "minimal"],
        env={**os.environ, "CDKTF_OUTDIR": str(tmp_path / "out")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    assert done.stderr.strip().endswith("broken.py:1:1: RuntimeError: at once")
    assert "Traceback" not in done.stderr


def test_files_that_begin_with_an_underscore_are_helpers(folder: Path) -> None:
    (folder / "_helper.py").write_text("raise RuntimeError\n")
    assert [each.name for each in load([EXAMPLES / "minimal.yaml"])] == ["minimal"]


def test_reading_settings_with_extensions_loads_no_cdktf() -> None:
    program = (
        "import sys; from rules.load import load; load(['queue-workers']);"
        "print('extensions.queues' in sys.modules, 'cdktf' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "EXTENSIONS": str(FOLDER)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "False"]

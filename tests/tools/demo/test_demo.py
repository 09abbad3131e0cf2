"""`make demo`: its order, its lines, and what it says when a command fails.

Terraform is a fake here, and the bootstrap makes the bucket; the AWS stacks themselves are applied
by real Terraform in the tests of lifecycles.
"""

import json
import re
import sys
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from runner.errors import RunnerError
from support.fake_terraform import FakeTerraform
from support.output import Output
from tools.demo import demo
from tools.demo.platform import kinds, releases
from tools.demo.steps import SHOWN, Steps

SCRIPT = """\
#!{python}
import json, os, sys, urllib.request
if sys.argv[1:] == ["version"]:
    print("Terraform v1.11.4")
    sys.exit(0)
with open({log!r}, "a") as log:
    log.write(json.dumps([os.path.basename(os.getcwd()), *sys.argv[1:]]) + "\\n")
print("text of terraform", sys.argv[1])
if sys.argv[1] == "apply":
    backend = json.load(open("cdk.tf.json"))["terraform"]["backend"]["s3"]
    instance = {{"attributes": {{"id": "1"}}}}
    resource = {{"mode": "managed", "type": "aws_vpc", "name": "vpc", "instances": [instance]}}
    state = {{"lineage": "one", "serial": 1, "outputs": {{}}, "resources": [resource]}}
    url = "/".join((os.environ["AWS_ENDPOINT_URL"], backend["bucket"], backend["key"]))
    signed = {{"Content-Type": "application/json", "Authorization": "AWS4-HMAC-SHA256 "
        "Credential=test/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0"}}
    urllib.request.build_opener(urllib.request.ProxyHandler({{}})).open(
        urllib.request.Request(url, json.dumps(state).encode(), signed, method="PUT")).close()
sys.exit({code} if sys.argv[1:2] == [{fails!r}] and "-detailed-exitcode" in sys.argv else 0)
"""


@dataclass(frozen=True)
class Ran:
    """What a demonstration of dev has printed and called."""

    printed: str
    calls: list[list[str]]
    log: Path


def run(folder: Path, fails: str = "", code: int = 2) -> Ran:
    """Runs it with a fake Terraform, of which one second plan may fail."""

    def bootstrap(self: demo._Demo) -> None:  # pyright: ignore[reportPrivateUsage]
        place = self._location  # pyright: ignore[reportPrivateUsage]
        aws = self._aws  # pyright: ignore[reportPrivateUsage]
        aws.client("dynamodb", place.region).create_table(
            TableName=place.table or "",
            KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        region = {"LocationConstraint": place.region}
        aws.client("s3", place.region).create_bucket(
            Bucket=place.bucket, CreateBucketConfiguration=region
        )

    text, log, calls = StringIO(), folder / "demo.log", folder / "calls"
    calls.touch()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(demo, "is_built", lambda: False)
        patched.setattr(demo._Demo, "_bootstrap", bootstrap)  # pyright: ignore[reportPrivateUsage]
        terraform = FakeTerraform(folder, patched)
        terraform.is_script(
            SCRIPT.format(python=sys.executable, log=str(calls), fails=fails, code=code)
        )
        demo.run_demo("dev", Console(file=text, width=300, highlight=False), log)
    called = [json.loads(line) for line in calls.read_text().splitlines()]
    return Ran(text.getvalue(), called, log)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run(tmp_path_factory.mktemp("demo"))


def test_each_stack_is_planned_applied_as_planned_and_planned_again(ran: Ran) -> None:
    for stack in ("network", "edge", "cluster"):
        own = [call[1:] for call in ran.calls if call[0] == f"dev-{stack}"]
        assert [each[0] for each in own] == ["init", "plan", "apply", "plan"]
        assert "-out=demo.tfplan" in own[1]
        assert own[2][-1] == "demo.tfplan"
        assert "-detailed-exitcode" in own[3]
        proof = rf"^{stack} .* 1 resources, applied in one pass; a second plan: No changes"
        assert re.search(proof, ran.printed, re.MULTILINE)


def test_a_stack_waits_for_those_that_it_needs(ran: Ran) -> None:
    names = [f"{call[0]} {call[1]}" for call in ran.calls]
    for stack in ("edge", "cluster"):
        assert names.index("dev-network apply") < names.index(f"dev-{stack} init")
    assert not any(name.startswith("dev-platform") for name in names)


def test_each_step_is_one_line_and_terraforms_text_is_in_the_log(ran: Ran) -> None:
    lines = ran.printed.splitlines()
    steps = [line.split()[0] for line in lines if re.match(r"[a-z]+ +\d+ s  \S", line)]
    assert sorted(steps) == sorted(["synth", "network", "edge", "cluster", "platform"])
    assert lines[0].startswith("An emulation of AWS on this machine")
    assert str(ran.log) in lines[1]
    assert str(ran.log) in lines[-1]
    assert "text of terraform" not in ran.printed
    assert "[network] text of terraform apply" in ran.log.read_text()


def test_the_platform_is_shown_from_its_json(ran: Ran, output: Output) -> None:
    stack = output.stack("dev-platform")
    assert f"{kinds(stack.json).total()} resources" in ran.printed
    names = [name for group in releases(stack.json) for name in group]
    made = [each["name"] for each in stack.resources("helm_release").values()]
    assert sorted(names) == sorted(made)
    for name in names:
        assert name in ran.printed
    assert "`make kubernetes ENV=dev` builds one" in ran.printed


def test_a_release_comes_after_those_that_it_needs(output: Output) -> None:
    bodies = output.stack("full-platform").resources("helm_release")
    order = {
        name: i
        for i, group in enumerate(releases({"resource": {"helm_release": bodies}}))
        for name in group
    }
    for body in bodies.values():
        for each in body.get("depends_on", ()):
            kind, _, name = each.partition(".")
            if kind == "helm_release":
                assert order[bodies[name]["name"]] < order[body["name"]]


def test_a_second_plan_with_changes_is_a_failure_with_the_last_lines(
    tmp_path: Path,
) -> None:
    with pytest.raises(RunnerError) as refused:
        run(tmp_path, fails="plan")
    assert refused.value.exit_code == 2
    message = str(refused.value)
    assert "-detailed-exitcode` failed (exit code 2)." in message
    assert "  text of terraform plan" in message
    assert message.endswith(f"All that was printed is in {tmp_path / 'demo.log'}.")


def test_a_failure_shows_the_last_lines_only_and_the_log_has_all(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as file:
        text = StringIO()
        steps = Steps(file, log, Console(file=text, width=200), clock=iter([0.0, 4.0]).__next__)
        program = "for i in range(50): print('line', i)\nraise SystemExit(3)"
        with pytest.raises(RunnerError) as refused, steps.step("network") as step:
            step.run([sys.executable, "-c", program], {})
    lines = str(refused.value).splitlines()
    assert [line for line in lines if line.startswith("  line")] == [
        f"  line {number}" for number in range(50 - SHOWN, 50)
    ]
    assert refused.value.exit_code == 3
    assert "[network] line 0" in log.read_text().splitlines()
    assert text.getvalue().strip() == "network             4 s  failed"


def test_kinds_are_counted() -> None:
    document = {"resource": {"a": {"one": {}, "two": {}}, "b": {"three": {}}}}
    assert json.loads(json.dumps(kinds(document))) == {"a": 2, "b": 1}

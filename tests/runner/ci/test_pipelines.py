"""`make ci`: the pipelines of a repository (M9)."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from config.derived.ci import Provider
from config.environment import Environment
from rules.load import load
from runner.ci.command import write_pipelines
from runner.cli import app
from runner.errors import RunnerError
from runner.manifest import Stack, read_manifest
from support.actionlint import actionlint
from support.command import command
from support.iam_evaluator import Check, allowed
from support.output import Output, synthesized_output

PROJECT = Path(__file__).parents[3]
COMMANDS = typer.main.get_command(app).commands  # pyright: ignore[reportAttributeAccessIssue]
GITHUB = "token.actions.githubusercontent.com"
ARN = "arn:aws:iam::123456789012:role"
WORKFLOWS = ("apply", "drift", "plan", "versions")

REGIONS = """\
extends: {parent}
name: platform
ci:
  github: {{repository: acme/platform, owner_id: 1, repository_id: 2}}
ci_roles:
  plan: {{access: plan}}
  apply: {{access: apply}}
"""


def written(
    folder: Path, environments: list[Environment], stacks: list[Stack], provider: Provider | None
) -> dict[str, str]:
    """The files by their paths in the repository."""
    said: list[str] = []
    write_pipelines(environments, stacks, provider, folder, said.append)
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def example(output: Output) -> tuple[list[Environment], list[Stack]]:
    """The example with its stacks."""
    environments = load(["pipelines"])
    return environments, [
        each for each in read_manifest(output.path) if each.environment == "pipelines"
    ]


@pytest.fixture(scope="module")
def regions(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Environment], list[Stack]]:
    """A platform in two regions."""
    folder = tmp_path_factory.mktemp("regions")
    parent = PROJECT / "examples" / "environments" / "two-regions.yaml"
    file = folder / "platform.yaml"
    file.write_text(REGIONS.format(parent=os.path.relpath(parent, folder)))
    environments = load([file])
    return environments, read_manifest(synthesized_output(folder / "out", *environments).path)


@pytest.fixture(scope="module")
def files(
    example: tuple[list[Environment], list[Stack]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The files for both providers."""
    folder = tmp_path_factory.mktemp("repository")
    written(folder, *example, "github")
    return written(folder, *example, "gitlab")


def workflow(files: Mapping[str, str], name: str) -> dict[Any, Any]:
    return yaml.safe_load(files[f".github/workflows/{name}.yml"])


@pytest.fixture(scope="module")
def gitlab(files: dict[str, str]) -> dict[str, Any]:
    return yaml.safe_load(files[".gitlab-ci.yml"])


def jobs(files: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every job of the workflows of GitHub."""
    for name in WORKFLOWS:
        yield from workflow(files, name)["jobs"].items()


def test_the_files_are_those_of_the_providers_and_the_same_at_every_run(
    files: dict[str, str], example: tuple[list[Environment], list[Stack]], tmp_path: Path
) -> None:
    assert list(files) == [
        *(f".github/workflows/{name}.yml" for name in WORKFLOWS),
        ".gitlab-ci.yml",
    ]
    written(tmp_path, *example, "github")
    assert written(tmp_path, *example, "gitlab") == files


def test_actionlint_finds_nothing_in_the_workflows(
    files: dict[str, str], regions: tuple[list[Environment], list[Stack]], tmp_path: Path
) -> None:
    linter = actionlint()
    several = written(tmp_path / "regions", *regions, None)
    for name, content in (("one", files), ("several", several)):
        folder = tmp_path / name / ".github" / "workflows"
        folder.mkdir(parents=True)
        for path, text in content.items():
            if path.endswith(".yml") and "workflows" in path:
                (folder / Path(path).name).write_text(text)
        done = subprocess.run(
            [str(linter), *map(str, sorted(folder.iterdir()))],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_actionlint_is_able_to_find_something(files: dict[str, str], tmp_path: Path) -> None:
    wrong = tmp_path / "plan.yml"
    wrong.write_text(
        files[".github/workflows/plan.yml"].replace("matrix.environment", "matrix.nothing")
    )
    done = subprocess.run(
        [str(actionlint()), str(wrong)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert 'property "nothing" is not defined' in done.stdout


def test_every_command_in_the_files_exists(files: dict[str, str]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    text = "\n".join(files.values())
    made = re.findall(r"^[ -]*(?:run: )?make ([a-z -]+)$", text, re.MULTILINE)
    ran = re.findall(r'(?:\.venv/bin/eks-platform|"\$program") ([a-z-]+)', text)
    assert {each for line in made for each in line.split()} == {"setup", "docs", "goldens"}
    assert targets >= {"setup", "docs", "goldens"}
    assert set(ran) == {"plan", "apply", "drift", "bill", "versions", "tunnel"}
    assert COMMANDS.keys() >= set(ran)


def test_the_options_in_the_scripts_are_those_of_the_commands(files: dict[str, str]) -> None:
    text = "\n".join(files.values()).replace("\\\n", " ")
    found = re.findall(r'(?:\.venv/bin/eks-platform|"\$program") ([a-z-]+)([^\n]*)', text)
    for name, rest in found:
        known = {option for each in COMMANDS[name].params for option in each.opts}
        assert set(re.findall(r"(--[a-z-]+)", rest)) <= known, name


def test_actions_are_pinned_by_commit_with_their_version(files: dict[str, str]) -> None:
    pins = yaml.safe_load((PROJECT / "runner" / "ci" / "actions.yaml").read_text())
    used = [line for text in files.values() for line in text.splitlines() if "uses:" in line]
    assert len(used) > 20
    found: set[str] = set()
    for line in used:
        match = re.fullmatch(r" +- uses: (\S+)@([0-9a-f]{40})  # (v\d+\.\d+\.\d+)", line)
        assert match, line
        assert pins[match[1]] | {"source": ""} == {
            "commit": match[2], "version": match[3], "source": ""
        }  # fmt: skip
        found.add(match[1])
    assert found == pins.keys()
    for name, pin in pins.items():
        assert pin["source"] == f"https://github.com/{name}/tree/{pin['version']}"


def test_jobs_have_the_permissions_that_they_need_and_workflows_none(
    files: dict[str, str],
) -> None:
    read = {"contents": "read", "id-token": "write"}
    wanted = {
        "plan": read | {"pull-requests": "write"},
        "drift": read | {"issues": "write"},
        "versions": {"contents": "write", "pull-requests": "write"},
    }
    for name in WORKFLOWS:
        assert workflow(files, name)["permissions"] == {}
    for name, job in jobs(files):
        if name in wanted:
            assert job["permissions"] == wanted[name]
        elif name.startswith("plan-"):
            assert job["permissions"] == read
        else:
            assert job["permissions"] == read | {"pull-requests": "read"}


def test_no_job_keeps_a_plan_or_a_secret(files: dict[str, str]) -> None:
    text = "\n".join(files.values())
    assert "upload-artifact" not in text
    assert "artifacts:" not in text
    assert set(re.findall(r"secrets\.(\w+)", text)) == {"VERSIONS_TOKEN"}
    for name, job in jobs(files):
        checkout = job["steps"][0]["with"]
        assert name == "versions" or checkout["persist-credentials"] is False


def test_texts_of_a_pull_request_are_never_part_of_a_script(files: dict[str, str]) -> None:
    for _, job in jobs(files):
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")


def test_the_programs_are_set_up_before_there_are_credentials(files: dict[str, str]) -> None:
    for name, job in jobs(files):
        steps = [each.get("run", each.get("uses", "")).partition("@")[0] for each in job["steps"]]
        if name == "versions":
            assert "aws-actions/configure-aws-credentials" not in steps
        else:
            assert steps.index("make setup") < steps.index("aws-actions/configure-aws-credentials")


def test_pull_requests_of_forks_are_not_planned(files: dict[str, str]) -> None:
    plan = workflow(files, "plan")
    same = "github.event.pull_request.head.repo.full_name == github.repository"
    assert plan["jobs"]["plan"]["if"] == same
    # With `pull_request_target` the code of a fork would run with the rights of the repository.
    assert list(plan[True]) == ["pull_request"]


def test_stacks_are_applied_after_those_that_they_need_each_in_its_environment(
    files: dict[str, str],
) -> None:
    found = workflow(files, "apply")
    assert found["concurrency"] == {"group": "apply", "cancel-in-progress": False}
    stacks = ("network", "cluster", "edge", "platform")
    assert list(found["jobs"]) == [
        f"{kind}-pipelines-{stack}" for stack in stacks for kind in ("plan", "apply")
    ]
    needs = {name: set(job.get("needs", [])) for name, job in found["jobs"].items()}
    first = {"apply-pipelines-network"}
    assert needs["plan-pipelines-network"] == set()
    assert needs["plan-pipelines-cluster"] == needs["plan-pipelines-edge"] == first
    # After the network too, because edge and cluster are.
    both = {"apply-pipelines-cluster", "apply-pipelines-edge"}
    assert needs["plan-pipelines-platform"] == both
    deployments = {
        name: job["environment"] for name, job in found["jobs"].items() if "environment" in job
    }
    assert deployments == {
        "apply-pipelines-network": "pipelines-network",
        "apply-pipelines-edge": "pipelines-network",
        "apply-pipelines-cluster": "pipelines-cluster",
        "apply-pipelines-platform": "pipelines-cluster",
    }
    for name, job in found["jobs"].items():
        if name.startswith("apply-"):
            plan = name.replace("apply", "plan", 1)
            assert needs[name] == {plan}
            assert f"needs.{plan}.outputs.changes == 'true'" in job["if"]


def test_only_jobs_that_need_the_kubernetes_api_open_a_tunnel(files: dict[str, str]) -> None:
    opening = {
        name for name, job in jobs(files)
        if any("eks-platform tunnel" in each.get("run", "") for each in job["steps"])
    }  # fmt: skip
    assert opening == {
        "plan", "drift", "plan-pipelines-platform", "apply-pipelines-platform"
    }  # fmt: skip


def roles_of(files: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Workflow, role and context of the subject of each job that assumes one."""
    contexts = {"plan": ["pull_request"], "drift": ["ref:refs/heads/main"]}
    for workflow_name in WORKFLOWS:
        for job in workflow(files, workflow_name)["jobs"].values():
            for step in job["steps"]:
                role = step.get("with", {}).get("role-to-assume", "")
                if not role:
                    continue
                if "matrix" in role:
                    (row,) = job["strategy"]["matrix"]["include"]
                    role = row["role"]
                deployment = job.get("environment")
                alone = [f"environment:{deployment}"] if deployment else ["ref:refs/heads/main"]
                for context in contexts.get(workflow_name, alone):
                    yield workflow_name, role, context


def test_every_job_gets_its_role_and_pull_requests_get_none_that_applies(
    files: dict[str, str], output: Output
) -> None:
    roles = {
        f"{ARN}/{body['name']}": json.loads(body["assume_role_policy"])["Statement"]
        for name, body in output.stack("pipelines-state").resources("aws_iam_role").items()
        if name in ("ci_plan", "ci_network", "ci_cluster")
    }

    def assumes(role: str, context: str, ref: str) -> bool:
        statements = [
            {key: value for key, value in each.items() if key != "Principal"} | {"Resource": "*"}
            for each in roles[role]
            if GITHUB in each["Principal"]["Federated"]
        ]
        claims = {
            "aud": "sts.amazonaws.com",
            "sub": f"repo:example@1234567/platform@7654321:{context}",
            "repository_id": "7654321",
            "ref": ref,
        }
        return allowed(
            [json.dumps({"Statement": statements})],
            Check(
                "sts:AssumeRoleWithWebIdentity",
                "*",
                {f"{GITHUB}:{key}": value for key, value in claims.items()},
            ),
        )

    found = list(roles_of(files))
    assert {role for _, role, _ in found} == roles.keys()
    for name, role, context in found:
        ref = "refs/pull/7/merge" if name == "plan" else "refs/heads/main"
        assert assumes(role, context, ref), (name, role, context)
    for role in roles.keys() - {f"{ARN}/pipelines-ci-plan"}:
        assert not assumes(role, "pull_request", "refs/pull/7/merge")


def test_regions_are_planned_side_by_side_and_applied_in_the_order_of_all_stacks(
    regions: tuple[list[Environment], list[Stack]], tmp_path: Path
) -> None:
    environments, stacks = regions
    files = written(tmp_path, environments, stacks, None)
    rows = workflow(files, "plan")["jobs"]["plan"]["strategy"]["matrix"]["include"]
    assert [row["environment"] for row in rows] == [each.name for each in environments]
    assert len({row["region"] for row in rows}) == len(rows) == 2
    applies = workflow(files, "apply")["jobs"]
    for stack in stacks:
        if stack.short_name != "state":
            needed = {f"apply-{each}" for each in stack.dependencies if not each.endswith("state")}
            assert set(applies[f"plan-{stack.name}"].get("needs", [])) == needed
    across = [
        (stack.name, other) for stack in stacks for other in stack.dependencies
        if not other.startswith(stack.environment)
    ]  # fmt: skip
    assert across


GITLAB_KEYWORDS = {
    "stage", "image", "rules", "interruptible", "id_tokens", "variables", "script", "after_script",
    "needs", "environment", "resource_group",
}  # fmt: skip
"""https://docs.gitlab.com/ci/yaml/"""


def test_the_pipeline_of_gitlab_is_made_of_its_keywords(gitlab: dict[str, Any]) -> None:
    globals_ = {"stages", "workflow", "default"}
    named = {name: job for name, job in gitlab.items() if name not in globals_}
    assert list(named) == [
        "plan pipelines",
        *(f"apply pipelines-{stack}" for stack in ("network", "cluster", "edge", "platform")),
        "drift of pipelines",
        "versions",
    ]
    order = list(named)
    for name, job in named.items():
        assert job.keys() <= GITLAB_KEYWORDS, name
        assert job["stage"] in gitlab["stages"]
        assert all(order.index(each) < order.index(name) for each in job.get("needs", []))
        assert all(isinstance(line, str) for line in job["script"])
        if name != "versions":
            assert job["id_tokens"] == {"AWS_TOKEN": {"aud": "https://gitlab.example.com"}}
    assert "id_tokens" not in named["versions"]


def test_gitlab_applies_by_hand_in_protected_environments_one_at_a_time(
    gitlab: dict[str, Any],
) -> None:
    applies = {name: job for name, job in gitlab.items() if name.startswith("apply ")}
    for job in applies.values():
        (rule,) = job["rules"]
        assert rule["when"] == "manual"
        assert rule["allow_failure"] is False
        assert rule["if"].startswith('$CI_COMMIT_BRANCH == "main" && ')
        assert job["resource_group"] == "pipelines"
        assert job["variables"]["ALLOW_DELETES"] == "false"
    network = applies["apply pipelines-network"]
    assert network["environment"] == {"name": "pipelines-network"}
    assert network["variables"]["AWS_ROLE_ARN"] == f"{ARN}/pipelines-ci-network"
    platform = applies["apply pipelines-platform"]
    assert platform["variables"]["AWS_ROLE_ARN"] == f"{ARN}/pipelines-ci-cluster"
    assert platform["needs"] == ["apply pipelines-cluster", "apply pipelines-edge"]
    plan = gitlab["plan pipelines"]
    assert plan["variables"]["AWS_ROLE_ARN"] == f"{ARN}/pipelines-ci-plan"
    assert "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID" in plan["rules"][0]["if"]


def test_files_with_other_content_are_kept_without_force(
    example: tuple[list[Environment], list[Stack]], tmp_path: Path
) -> None:
    said: list[str] = []
    files = written(tmp_path, *example, "github")
    mine = tmp_path / ".github" / "workflows" / "plan.yml"
    mine.write_text("mine\n")
    (tmp_path / ".github" / "workflows" / "drift.yml").unlink()
    with pytest.raises(RunnerError, match=r"Other content is in .*plan.yml. Nothing was written"):
        write_pipelines(*example, "github", tmp_path, said.append)
    assert mine.read_text() == "mine\n"
    assert not (mine.parent / "drift.yml").exists()
    write_pipelines(*example, "github", tmp_path, said.append, force=True)
    assert mine.read_text() == files[".github/workflows/plan.yml"]
    assert f"{mine}: written" in said
    assert f"{mine.parent / 'apply.yml'}: is up to date" in said
    assert "  make bootstrap ENV=pipelines" in said
    assert "  pipelines-cluster" in said


def test_what_is_missing_is_said_all_at_once(
    example: tuple[list[Environment], list[Stack]], tmp_path: Path
) -> None:
    (environment,), stacks = example
    roles = {
        name: role for name, role in environment.ci_roles.items() if name not in ("plan", "cluster")
    }
    lacking = environment.model_copy(update={"ci_roles": roles})
    with pytest.raises(RunnerError) as caught:
        write_pipelines([lacking], stacks, "github", tmp_path, print)
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("pipelines: no role of ci_roles plans all its stacks.")
    assert [re.findall(r"applies the stack (\w+)", line) for line in lines[1:]] == [
        ["cluster"], ["platform"]
    ]  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_the_provider_is_asked_for_where_there_are_two_or_none(
    example: tuple[list[Environment], list[Stack]], output: Output, tmp_path: Path
) -> None:
    with pytest.raises(RunnerError, match="PROVIDER=github, or PROVIDER=gitlab"):
        write_pipelines(*example, None, tmp_path, print)
    dev = load(["dev"])
    stacks = [each for each in read_manifest(output.path) if each.environment == "dev"]
    with pytest.raises(RunnerError, match=r"No environment has ci.github.*: dev"):
        write_pipelines(dev, stacks, "github", tmp_path, print)
    said: list[str] = []
    both = [*example[1], *stacks]
    write_pipelines([*dev, *example[0]], both, "gitlab", tmp_path, said.append)
    assert said[0] == "dev: left out, because it has no ci.gitlab"


def test_environments_of_different_repositories_have_no_common_pipelines(
    example: tuple[list[Environment], list[Stack]], tmp_path: Path
) -> None:
    (environment,), stacks = example
    ci = environment.ci.model_copy(update={"branch": "trunk"})
    other = environment.model_copy(update={"ci": ci, "name": "other"})
    renamed = [
        Stack(each.name.replace("pipelines", "other"), each.directory, ()) for each in stacks
    ]
    for stack in renamed:
        text = json.dumps(stack.document).replace("pipelines/", "other/")
        stack.__dict__["document"] = json.loads(text)
    with pytest.raises(RunnerError, match=r"example/platform, branch main; other: .*branch trunk"):
        write_pipelines([environment, other], [*stacks, *renamed], "github", tmp_path, print)


def test_the_command_writes_the_workflows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "out"))
    folder = tmp_path / "repository"
    done = command(capfd, "ci", "pipelines", "--provider", "github", "--out", str(folder))
    assert done.returncode == 0, done.stderr
    assert sorted(each.stem for each in (folder / ".github/workflows").iterdir()) == [*WORKFLOWS]
    first = (folder / ".github/workflows/plan.yml").read_text().splitlines()[0]
    assert first == '# Written by: make ci ENV="pipelines" PROVIDER=github'

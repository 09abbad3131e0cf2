"""The shell scripts of the jobs, run by Bash with stand-ins for the programs that they call."""

import json
import os
from pathlib import Path

import pytest

from runner.ci.steps import script
from runner.manifest import Stack
from support.fake_terraform import FakeTerraform
from support.jobs import Repository, require_jq
from support.plans import change, plan_of
from support.state_objects import applied
from tools.emulator import LocalAws

PROJECT = Path(__file__).parents[3]
JOB = {"ENVIRONMENT": "dev", "STACK": "network", "BASE": "abc123", "ALLOW_DELETES": "false"}
MARKER = "<!-- eks-platform: dev -->"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    folder = tmp_path / "repository"
    folder.mkdir()
    return Repository(folder)


def test_the_page_of_a_pull_request_has_the_plan_and_the_bill(repository: Repository) -> None:
    repository.answers("eks-platform", "plan", prints="# Plan of dev\n")
    repository.answers("eks-platform", "bill", prints="dev  +12.50 USD\n")
    done = repository.run(script("plan"), **JOB)
    assert done.returncode == 0
    page = repository.read("temporary/page.md")
    assert page.startswith("# Plan of dev\n")
    assert "compared with abc123" in page
    assert "```text\ndev  +12.50 USD\n```" in page
    assert [call.text for call in repository.calls] == [
        "eks-platform plan dev --markdown --no-deletes -lock=false",
        "eks-platform bill dev --against abc123",
    ]


@pytest.mark.parametrize(("label", "code"), [("false", 3), ("true", 0)])
def test_a_pull_request_that_destroys_fails_without_the_label(
    repository: Repository, label: str, code: int
) -> None:
    repository.answers("eks-platform", "plan", prints="# Plan\n", code=3)
    done = repository.run(script("plan"), **JOB | {"ALLOW_DELETES": label})
    assert done.returncode == code
    assert ("allow-deletes" in done.stderr) is bool(code)
    assert repository.read("temporary/page.md").startswith("# Plan\n")


def test_a_plan_that_fails_fails_the_job_and_a_bill_that_fails_does_not(
    repository: Repository,
) -> None:
    repository.answers("eks-platform", "plan", prints="# Plan\n")
    repository.answers("eks-platform", "bill", code=1)
    assert repository.run(script("plan"), **JOB).returncode == 0
    assert "could not be compared" in repository.read("temporary/page.md")
    repository.answers("eks-platform", "plan", code=1)
    assert repository.run(script("plan"), **JOB).returncode == 1


def test_a_long_bill_leaves_room_for_the_plan_in_the_comment(repository: Repository) -> None:
    repository.answers("eks-platform", "plan", prints="x" * 60_000)
    repository.answers("eks-platform", "bill", prints=("y" * 200 + "\n") * 500)
    repository.run(script("plan"), **JOB)
    assert len(repository.read("temporary/page.md")) + len(MARKER) < 65_536


def test_the_plan_job_runs_the_program_itself(
    aws: LocalAws,
    stacks: list[Stack],
    fake_terraform: FakeTerraform,
    repository: Repository,
    tmp_path: Path,
) -> None:
    """The real program with a terraform that shows a replacement, on the emulated AWS."""
    del stacks
    applied(aws, "state", "network", "edge", "cluster")
    (repository.folder / ".venv/bin/eks-platform").unlink()
    (repository.folder / ".venv/bin/eks-platform").symlink_to(PROJECT / ".venv/bin/eks-platform")
    cidr = {"cidr_block": "10.0.11.0/24"}
    replaced = change(
        "aws_subnet.private_a", "delete", "create",
        before=cidr, after={"cidr_block": "10.0.12.0/24"}, replace_paths=[["cidr_block"]],
    )  # fmt: skip
    fake_terraform.answers(plans={"dev-network": plan_of(replaced)})
    out = {"CDKTF_OUTDIR": str(tmp_path / "cdktf.out")}
    path = {"PATH": f"{fake_terraform.folder}{os.pathsep}{os.environ['PATH']}"}
    done = repository.run(script("plan"), **JOB | {"BASE": "prod"} | out | path)
    assert done.returncode == 3, done.stderr
    page = repository.read("temporary/page.md")
    assert "aws_subnet.private_a" in page
    assert "compared with prod" in page
    assert "USD" in page
    assert ["dev-network", "plan"] in [call[:2] for call in fake_terraform.calls]


def test_one_comment_is_written_and_then_updated(repository: Repository) -> None:
    require_jq()
    (repository.pages / "page.md").write_text("# Plan\n")
    other = {"id": 1, "user": {"login": "me"}, "body": f"{MARKER}\nnot mine"}
    repository.answers("gh", "--paginate", prints=json.dumps([other]))
    assert repository.run(script("github/comment"), **JOB, NUMBER="7").returncode == 0
    post = repository.calls[-1]
    assert "--method POST repos/example/platform/issues/7/comments" in post.text
    assert post.body == f"{MARKER}\n# Plan\n"
    mine = {"id": 42, "user": {"login": "github-actions[bot]"}, "body": post.body}
    repository.answers("gh", "--paginate", prints=json.dumps([other, mine]))
    assert repository.run(script("github/comment"), **JOB, NUMBER="7").returncode == 0
    assert "--method PATCH repos/example/platform/issues/comments/42" in repository.calls[-1].text


def test_without_a_page_nothing_is_commented(repository: Repository) -> None:
    assert repository.run(script("github/comment"), **JOB, NUMBER="7").returncode == 0
    assert repository.calls == []


@pytest.mark.parametrize(("code", "output"), [(0, "changes=false\n"), (2, "changes=true\n")])
def test_a_stack_is_applied_only_if_it_has_changes(
    repository: Repository, code: int, output: str
) -> None:
    repository.answers("eks-platform", "-detailed-exitcode", prints="# Plan\n", code=code)
    assert repository.run(script("github/changes"), **JOB).returncode == 0
    assert repository.read("GITHUB_OUTPUT") == output
    assert repository.read("GITHUB_STEP_SUMMARY") == "# Plan\n"


def test_a_wrong_configuration_is_no_change_and_no_drift(repository: Repository) -> None:
    repository.answers("eks-platform", code=2)
    assert repository.run(script("github/changes"), **JOB).returncode == 2
    assert repository.run(script("drift"), **JOB).returncode == 2
    assert repository.read("GITHUB_OUTPUT") == ""
    assert not (repository.pages / "drift").exists()


def test_an_apply_applies_the_plan_that_it_has_just_made(repository: Repository) -> None:
    repository.answers("eks-platform", "plan", prints="# Plan\n")
    assert repository.run(script("apply"), **JOB).returncode == 0
    plan, apply = repository.calls
    folder = plan.arguments[plan.arguments.index("--out") + 1]
    assert plan.text.startswith("eks-platform plan dev network --markdown --no-deletes --out ")
    assert apply.text == f"eks-platform apply dev network -- {folder}/dev-network.tfplan"
    assert not Path(folder).exists()
    assert repository.read("GITHUB_STEP_SUMMARY") == "# Plan\n"


def test_an_apply_destroys_only_what_is_allowed(repository: Repository) -> None:
    repository.answers("eks-platform", "plan", prints="# Plan\n", code=3)
    assert repository.run(script("apply"), **JOB).returncode == 3
    assert len(repository.calls) == 1
    assert repository.run(script("apply"), **JOB | {"ALLOW_DELETES": "true"}).returncode == 0
    assert repository.calls[-1].arguments[0] == "apply"


def test_a_plan_that_fails_is_not_applied_even_where_deletes_are_allowed(
    repository: Repository,
) -> None:
    repository.answers("eks-platform", "plan", code=1)
    assert repository.run(script("apply"), **JOB | {"ALLOW_DELETES": "true"}).returncode == 1
    assert [call.arguments[0] for call in repository.calls] == ["plan"]


@pytest.mark.parametrize(
    ("by_hand", "merged", "labels", "allowed"),
    [
        ("", True, ["allow-deletes"], "true"),
        ("", True, ["do-not-allow-deletes"], "false"),
        ("", True, [], "false"),
        ("", False, ["allow-deletes"], "false"),
        ("true", True, [], "true"),
        ("false", True, [], "false"),
    ],
)
def test_deletes_are_allowed_by_hand_or_by_the_label_of_what_was_merged(
    repository: Repository, by_hand: str, merged: bool, labels: list[str], allowed: str
) -> None:
    require_jq()
    pull = {
        "merged_at": "2026-11-01" if merged else None,
        "labels": [{"name": each} for each in labels],
    }
    repository.answers("gh", prints=json.dumps([pull]))
    done = repository.run(script("github/deletes"), INPUT=by_hand, GITHUB_SHA="abc")
    assert done.returncode == 0, done.stderr
    assert repository.read("GITHUB_ENV") == f"ALLOW_DELETES={allowed}\n"


def test_drift_opens_one_issue_updates_it_and_closes_it(repository: Repository) -> None:
    require_jq()

    def job(code: int, issues: list[dict[str, object]]) -> str:
        repository.answers("eks-platform", "drift", prints="# Drift\n", code=code)
        repository.answers("gh", "list", prints=json.dumps(issues))
        for step in ("drift", "github/issue"):
            assert repository.run(script(step), **JOB).returncode == 0
        return repository.calls[-1].text

    other: dict[str, object] = {"number": 1, "title": "Drift of dev-2"}
    mine: dict[str, object] = {"number": 5, "title": "Drift of dev"}
    assert "issue create --title Drift of dev --body-file" in job(2, [other])
    assert "issue edit 5 --body-file" in job(2, [other, mine])
    assert "issue close 5" in job(0, [other, mine])
    assert "issue list" in job(0, [other])


def test_the_tunnel_is_waited_for_and_its_failure_is_left_to_the_plan(
    repository: Repository,
) -> None:
    record = repository.folder / ".tunnel/dev/proxy"
    repository.answers(
        "eks-platform", "tunnel", prints="It answers.\n",
        writes={str(record): "http://127.0.0.1:1"},
    )  # fmt: skip
    done = repository.run(script("tunnel"), **JOB)
    assert (done.returncode, done.stdout) == (0, "It answers.\n")
    record.unlink()
    repository.answers("eks-platform", "tunnel", prints="There is no cluster.\n", code=1)
    done = repository.run(script("tunnel"), **JOB)
    assert (done.returncode, done.stdout) == (0, "There is no cluster.\n")


def test_newer_versions_become_one_pull_request(repository: Repository) -> None:
    author = {"AUTHOR": "bot", "EMAIL": "bot@example.com", "BRANCH": "main"}
    for step in ("versions", "github/pull_request", "gitlab/merge_request"):
        assert repository.run(script(step), **author).returncode == 0
    assert [call.text for call in repository.calls] == ["eks-platform versions"]

    patch = str(repository.folder / "versions.patch")
    repository.answers("eks-platform", "versions", writes={patch: "--- a\n"})
    assert repository.run(script("versions"), **author).returncode == 0
    texts = [call.text for call in repository.calls[2:]]
    assert texts[0] == "git apply versions.patch"
    assert texts[1] == "make docs goldens"
    assert texts[-1].endswith("commit --message Take newer versions")
    assert repository.run(script("github/pull_request"), **author).returncode == 0
    assert "pr create --base main --head versions" in repository.calls[-1].text
    repository.answers("gh", "list", prints="3\n")
    repository.answers("gh", "--jq", "list", prints=json.dumps([{"number": 3}]))
    before = len(repository.calls)
    require_jq()
    assert repository.run(script("github/pull_request"), **author).returncode == 0
    assert not any("create" in call.arguments for call in repository.calls[before:])


GITLAB = {
    "CI_API_V4_URL": "https://gitlab.example.com/api/v4",
    "CI_PROJECT_ID": "9",
    "CI_MERGE_REQUEST_IID": "4",
    "GITLAB_TOKEN": "secret",
}
NOTES = "https://gitlab.example.com/api/v4/projects/9/merge_requests/4/notes"
TOKEN = {"AWS_TOKEN": "a.b.c"}
ISSUES = "https://gitlab.example.com/api/v4/projects/9/issues"


def test_one_note_of_gitlab_is_written_and_then_updated(repository: Repository) -> None:
    require_jq()
    (repository.pages / "page.md").write_text("# Plan\n")
    repository.answers("curl", prints="[]")
    assert repository.run(script("gitlab/note"), **JOB, **GITLAB).returncode == 0
    post = repository.calls[-1]
    assert post.text.endswith(f"--request POST {NOTES}")
    assert json.loads(post.body) == {"body": f"{MARKER}\n# Plan\n"}
    notes = [{"id": 1, "body": "Hello"}, {"id": 2, "body": f"{MARKER}\nold"}]
    repository.answers("curl", prints=json.dumps(notes))
    assert repository.run(script("gitlab/note"), **JOB, **GITLAB).returncode == 0
    assert repository.calls[-1].text.endswith(f"--request PUT {NOTES}/2")


def test_without_a_token_of_gitlab_the_page_is_in_the_log(repository: Repository) -> None:
    (repository.pages / "page.md").write_text("# Plan\n")
    without = GITLAB | {"GITLAB_TOKEN": ""}
    done = repository.run(script("gitlab/note"), **JOB, **without)
    assert done.returncode == 0
    assert "# Plan\n" in done.stdout
    for drift, code in (("true", 1), ("false", 0)):
        (repository.pages / "drift").write_text(drift)
        assert repository.run(script("gitlab/issue"), **JOB, **without).returncode == code
    assert repository.calls == []


def test_drift_keeps_one_issue_of_gitlab(repository: Repository) -> None:
    require_jq()
    (repository.pages / "page.md").write_text("# Drift\n")

    def last(drift: str, issues: list[dict[str, object]]) -> str:
        (repository.pages / "drift").write_text(drift)
        repository.answers("curl", prints=json.dumps(issues))
        done = repository.run(script("gitlab/issue"), **JOB, **GITLAB)
        assert done.returncode == 0, done.stderr
        return repository.calls[-1].text

    mine: list[dict[str, object]] = [{"iid": 3, "title": "Drift of dev"}]
    assert last("true", []).endswith(f" {ISSUES}")
    assert "--request POST" in repository.calls[-1].text
    assert last("true", mine).endswith(f" {ISSUES}/3")
    assert json.loads(repository.calls[-1].body)["description"] == "# Drift\n"
    assert '{"state_event": "close"}' in last("false", mine)
    assert "--get" in last("false", [])


def test_a_job_of_gitlab_hands_its_token_to_awss_tools(repository: Repository) -> None:
    job = script("gitlab/credentials") + script("gitlab/labels") + script("plan")
    repository.answers("eks-platform", "plan", prints="# Plan\n", code=3)
    labels = {"CI_MERGE_REQUEST_LABELS": "one,allow-deletes,two"}
    done = repository.run(job, **JOB | TOKEN, **labels)
    assert done.returncode == 0
    token = Path(repository.calls[0].token)
    assert token.read_text() == "a.b.c"
    assert token.parent.stat().st_mode & 0o077 == 0
    for label in ("", "do-not-allow-deletes", "allow-deletes-2"):
        done = repository.run(job, **JOB | TOKEN, CI_MERGE_REQUEST_LABELS=label)
        assert done.returncode == 3

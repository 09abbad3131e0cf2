"""Workflows of GitHub Actions."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from config.derived import ci
from runner.ci.model import Apply, Pipelines, Planned
from runner.ci.render import action, rendered
from runner.ci.steps import script

FOLDER: Final = ".github/workflows"

TERRAFORM: Final = "1.11.4"
"""The version of Terraform with which the project is tested."""

_READ: Final = {"contents": "read", "id-token": "write"}
"""To read the repository, and to get a token for AWS."""

_BASH: Final = {"run": {"shell": "bash"}}

Json = dict[str, Any]


def workflows(made: Pipelines, heading: str) -> dict[str, str]:
    """The files of the workflows by their paths in the repository.

    Args:
        heading: what each file begins with, as a comment.
    """
    documents = {
        "plan": _plan(made),
        "apply": _apply(made),
        "drift": _drift(made),
        "versions": _versions(made),
    }
    return {
        f"{FOLDER}/{name}.yml": rendered(heading, document) for name, document in documents.items()
    }


def _plan(made: Pipelines) -> Json:
    """The page of a pull request; jobs of forks get no token, and are left out."""
    return {
        "name": "plan",
        "on": {
            "pull_request": {
                "branches": [made.branch],
                "types": ["opened", "synchronize", "reopened", "labeled", "unlabeled"],
            }
        },
        "permissions": {},
        "concurrency": {
            "group": "plan-${{ github.event.pull_request.number }}",
            "cancel-in-progress": True,
        },
        "defaults": _BASH,
        "jobs": {
            "plan": {
                "name": "plan ${{ matrix.environment }}",
                "if": "github.event.pull_request.head.repo.full_name == github.repository",
                **_each(made.targets),
                "permissions": {**_READ, "pull-requests": "write"},
                "steps": [
                    *_set_up(history=True),
                    *_access(made.targets),
                    {
                        "name": "Plan, and compare the bill",
                        "env": {
                            "BASE": "${{ github.event.pull_request.base.sha }}",
                            "ALLOW_DELETES": "${{ contains("
                            "github.event.pull_request.labels.*.name, 'allow-deletes') }}",
                        },
                        "run": script("plan"),
                    },
                    {
                        "name": "Write the page to the pull request",
                        "if": "${{ !cancelled() }}",
                        "env": {
                            "GH_TOKEN": "${{ github.token }}",
                            "NUMBER": "${{ github.event.pull_request.number }}",
                        },
                        "run": script("github/comment"),
                    },
                ],
            }
        },
    }


def _apply(made: Pipelines) -> Json:
    """For each stack a job that plans, and one that applies if there is something to apply."""
    jobs: Json = {}
    for each in made.applies:
        jobs[f"plan-{each.name}"] = _changes(each)
        jobs[f"apply-{each.name}"] = _apply_stack(each)
    return {
        "name": "apply",
        "on": {
            "push": {"branches": [made.branch]},
            "workflow_dispatch": {
                "inputs": {
                    "allow_deletes": {
                        "description": "Also destroy and replace",
                        "type": "boolean",
                        "default": False,
                    }
                }
            },
        },
        "permissions": {},
        # One run at a time: the next one waits, and plans anew.
        "concurrency": {"group": "apply", "cancel-in-progress": False},
        "defaults": _BASH,
        "jobs": jobs,
    }


def _changes(each: Apply) -> Json:
    target = each.target
    job: Json = {"name": f"plan {each.name}"}
    if each.after:
        job |= {
            "needs": [f"apply-{name}" for name in each.after],
            # A stack without changes is skipped, and those after it go on.
            "if": "${{ !failure() && !cancelled() }}",
        }
    return {
        **job,
        "runs-on": target.runs_on,
        "permissions": _READ,
        "env": _variables(target, each.stack),
        "outputs": {"changes": "${{ steps.plan.outputs.changes }}"},
        "steps": [
            *_set_up(),
            *_access_of(target, target.plan_role, tunnel=_needs_tunnel(each)),
            {"name": "Plan", "id": "plan", "run": script("github/changes")},
        ],
    }


def _apply_stack(each: Apply) -> Json:
    target = each.target
    return {
        "name": f"apply {each.name}",
        "needs": [f"plan-{each.name}"],
        "if": "${{ !failure() && !cancelled() && "
        f"needs.plan-{each.name}.outputs.changes == 'true' }}}}",
        "runs-on": target.runs_on,
        "environment": each.deployment,
        "permissions": {**_READ, "pull-requests": "read"},
        "env": _variables(target, each.stack),
        "steps": [
            *_set_up(),
            {
                "name": "Find out whether something may be destroyed",
                "env": {
                    "GH_TOKEN": "${{ github.token }}",
                    "INPUT": "${{ inputs.allow_deletes }}",
                },
                "run": script("github/deletes"),
            },
            *_access_of(target, each.role, tunnel=_needs_tunnel(each)),
            {"name": "Plan and apply", "run": script("apply")},
        ],
    }


def _drift(made: Pipelines) -> Json:
    return {
        "name": "drift",
        "on": {"schedule": [{"cron": "17 5 * * 1"}], "workflow_dispatch": {}},
        "permissions": {},
        "concurrency": {"group": "drift", "cancel-in-progress": False},
        "defaults": _BASH,
        "jobs": {
            "drift": {
                "name": "drift of ${{ matrix.environment }}",
                **_each(made.targets),
                "permissions": {**_READ, "issues": "write"},
                "steps": [
                    *_set_up(),
                    *_access(made.targets),
                    {"name": "Look for drift", "run": script("drift")},
                    {
                        "name": "Write the page to an issue",
                        "env": {"GH_TOKEN": "${{ github.token }}"},
                        "run": script("github/issue"),
                    },
                ],
            }
        },
    }


def _versions(made: Pipelines) -> Json:
    """Newer versions as a pull request; without AWS, so that no role is needed."""
    return {
        "name": "versions",
        "on": {"schedule": [{"cron": "41 5 * * 1"}], "workflow_dispatch": {}},
        "permissions": {},
        "concurrency": {"group": "versions", "cancel-in-progress": False},
        "defaults": _BASH,
        "jobs": {
            "versions": {
                "runs-on": made.targets[0].runs_on,
                "permissions": {"contents": "write", "pull-requests": "write"},
                "env": {
                    "AUTHOR": "github-actions[bot]",
                    "EMAIL": "41898282+github-actions[bot]@users.noreply.github.com",
                    "AWS_EC2_METADATA_DISABLED": "true",
                },
                "steps": [
                    *_set_up(token=True),
                    {"name": "Take newer versions", "run": script("versions")},
                    {
                        "name": "Open a pull request",
                        "env": {
                            "GH_TOKEN": "${{ secrets.VERSIONS_TOKEN || github.token }}",
                            "BRANCH": made.branch,
                        },
                        "run": script("github/pull_request"),
                    },
                ],
            }
        },
    }


def _each(targets: Sequence[Planned]) -> Json:
    """A job for each environment."""
    return {
        "strategy": {
            "fail-fast": False,
            "matrix": {
                "include": [
                    {
                        "environment": target.name,
                        "role": target.plan_role,
                        "region": target.environment.region,
                        "session": ci.session_name(target.environment),
                        "tunnel": ci.uses_tunnel(target.environment),
                        "runner": target.runs_on,
                    }
                    for target in targets
                ]
            },
        },
        "runs-on": "${{ matrix.runner }}",
        "env": {"ENVIRONMENT": "${{ matrix.environment }}"},
    }


def _set_up(*, history: bool = False, token: bool = False) -> list[Json]:
    """The repository and the programs, before there are credentials of AWS.

    Args:
        history: fetch all commits, not the last one alone.
        token: let Git push.
    """
    checkout: Json = {"persist-credentials": False}
    if history:
        checkout["fetch-depth"] = 0
    if token:
        checkout = {"token": "${{ secrets.VERSIONS_TOKEN || github.token }}"}
    return [
        {"uses": action("actions/checkout"), "with": checkout},
        {
            "uses": action("hashicorp/setup-terraform"),
            "with": {"terraform_version": TERRAFORM, "terraform_wrapper": False},
        },
        {
            "uses": action("actions/cache"),
            "with": {
                "path": ".venv\n.pipenv\n",
                "key": "set-up-${{ runner.os }}-${{ runner.arch }}-"
                "${{ hashFiles('Pipfile.lock') }}",
            },
        },
        {"name": "Set up", "run": "make setup"},
    ]


def _access(targets: Sequence[Planned]) -> list[Json]:
    """Credentials and the tunnel of a job of the matrix."""
    found = [_credentials("${{ matrix.role }}", "${{ matrix.region }}", "${{ matrix.session }}")]
    if any(ci.uses_tunnel(target.environment) for target in targets):
        found.append({"if": "matrix.tunnel", **_tunnel()})
    return found


def _access_of(target: Planned, role: str, *, tunnel: bool) -> list[Json]:
    environment = target.environment
    found = [_credentials(role, environment.region, ci.session_name(environment))]
    return [*found, _tunnel()] if tunnel else found


def _credentials(role: str, region: str, session: str) -> Json:
    return {
        "uses": action("aws-actions/configure-aws-credentials"),
        "with": {"role-to-assume": role, "aws-region": region, "role-session-name": session},
    }


def _tunnel() -> Json:
    return {"name": "Open the tunnel", "run": script("tunnel")}


def _needs_tunnel(each: Apply) -> bool:
    return each.needs_kubernetes and ci.uses_tunnel(each.target.environment)


def _variables(target: Planned, stack: str) -> Mapping[str, str]:
    return {"ENVIRONMENT": target.name, "STACK": stack}

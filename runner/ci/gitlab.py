"""The pipeline of GitLab CI/CD."""

from typing import Any, Final

from config.derived import ci
from runner.ci.model import Apply, Pipelines, Planned
from runner.ci.render import rendered
from runner.ci.steps import script

FILE: Final = ".gitlab-ci.yml"

Json = dict[str, Any]


def pipeline(made: Pipelines, heading: str) -> dict[str, str]:
    """The file of the pipeline by its path in the repository.

    Args:
        heading: what it begins with, as a comment.
    """
    jobs: Json = {}
    for target in made.targets:
        jobs[f"plan {target.name}"] = _plan(target, made.branch)
    for each in made.applies:
        jobs[f"apply {each.name}"] = _apply(each, made.branch)
    for target in made.targets:
        jobs[f"drift of {target.name}"] = _drift(target, made.branch)
    jobs["versions"] = _versions(made)
    schedule = '$CI_PIPELINE_SOURCE == "schedule"'
    document: Json = {
        "stages": ["plan", "apply", "drift", "versions"],
        "workflow": {
            "rules": [
                {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'},
                {"if": schedule},
                {"if": f'$CI_COMMIT_BRANCH == "{made.branch}"'},
            ]
        },
        "default": {
            "cache": {"key": {"files": ["Pipfile.lock"]}, "paths": [".venv", ".pipenv"]},
            "before_script": ["make setup"],
        },
        **jobs,
    }
    return {FILE: rendered(heading, document)}


def _plan(target: Planned, branch: str) -> Json:
    """The page of a merge request; those of forks have pipelines in the fork."""
    event = '$CI_PIPELINE_SOURCE == "merge_request_event"'
    return {
        "stage": "plan",
        "image": target.runs_on,
        "rules": [
            {
                "if": f'{event} && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "{branch}" '
                "&& $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID"
            }
        ],
        "interruptible": True,
        **_identity(
            target,
            target.plan_role,
            GIT_DEPTH="0",
            BASE="$CI_MERGE_REQUEST_DIFF_BASE_SHA",
            ALLOW_DELETES="false",
        ),
        "script": [
            script("gitlab/credentials"),
            *_tunnel(target, wanted=True),
            script("gitlab/labels"),
            script("plan"),
        ],
        "after_script": [script("gitlab/note")],
    }


def _apply(each: Apply, branch: str) -> Json:
    """Waits until a person who may deploy to its environment starts it."""
    target = each.target
    return {
        "stage": "apply",
        "image": target.runs_on,
        "needs": [f"apply {name}" for name in each.after],
        "rules": [
            {
                "if": f'$CI_COMMIT_BRANCH == "{branch}" && $CI_PIPELINE_SOURCE != "schedule"',
                "when": "manual",
                "allow_failure": False,
            }
        ],
        "environment": {"name": each.deployment},
        "resource_group": target.name,
        **_identity(target, each.role, STACK=each.stack, ALLOW_DELETES="false"),
        "script": [
            script("gitlab/credentials"),
            *_tunnel(target, wanted=each.needs_kubernetes),
            script("apply"),
        ],
    }


def _drift(target: Planned, branch: str) -> Json:
    return {
        "stage": "drift",
        "image": target.runs_on,
        "rules": [_scheduled(branch, "drift")],
        **_identity(target, target.plan_role),
        "script": [
            script("gitlab/credentials"),
            *_tunnel(target, wanted=True),
            script("drift"),
            script("gitlab/issue"),
        ],
    }


def _versions(made: Pipelines) -> Json:
    return {
        "stage": "versions",
        "image": made.targets[0].runs_on,
        "rules": [_scheduled(made.branch, "versions")],
        "variables": {
            "AUTHOR": "eks-platform",
            "EMAIL": "eks-platform@noreply.$CI_SERVER_HOST",
            "BRANCH": made.branch,
            "AWS_EC2_METADATA_DISABLED": "true",
        },
        "script": [script("versions"), script("gitlab/merge_request")],
    }


def _scheduled(branch: str, job: str) -> Json:
    return {
        "if": f'$CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_BRANCH == "{branch}" '
        f'&& $SCHEDULE == "{job}"'
    }


def _identity(target: Planned, role: str, **variables: str) -> Json:
    """A token of the job for AWS, and what AWS's tools exchange it for."""
    environment = target.environment
    return {
        "id_tokens": {"AWS_TOKEN": {"aud": ci.issuers(environment)["gitlab"].audience}},
        "variables": {
            "ENVIRONMENT": target.name,
            "RUNNER_TEMP": "$CI_PROJECT_DIR/.pages",
            "AWS_ROLE_ARN": role,
            "AWS_ROLE_SESSION_NAME": ci.session_name(environment),
            "AWS_REGION": environment.region,
            **variables,
        },
    }


def _tunnel(target: Planned, *, wanted: bool) -> list[str]:
    return [script("tunnel")] if wanted and ci.uses_tunnel(target.environment) else []

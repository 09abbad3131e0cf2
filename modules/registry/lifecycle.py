"""Lifecycle policies of repositories: which images ECR deletes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from config.sections.registry import ExpiryRule, ImageLifecycle


def lifecycle_policy(lifecycle: ImageLifecycle) -> str | None:
    """The policy document; None if no image is ever deleted.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
    """
    rules = [
        {
            "rulePriority": priority,
            "description": description,
            "selection": selection,
            "action": {"type": "expire"},
        }
        for priority, (description, selection) in enumerate(_selections(lifecycle), start=1)
    ]
    return json.dumps({"rules": rules}, separators=(",", ":")) if rules else None


def _selections(lifecycle: ImageLifecycle) -> Iterator[tuple[str, Mapping[str, Any]]]:
    days = lifecycle.untagged_days
    if days is not None:
        yield f"untagged images after {days} days", {"tagStatus": "untagged", **_pushed(days)}
    for rule in lifecycle.rules:
        description, count = _count(rule)
        yield description, {"tagStatus": "tagged", "tagPatternList": [rule.tags], **count}


def _count(rule: ExpiryRule) -> tuple[str, Mapping[str, Any]]:
    if rule.keep is not None:
        count = {"countType": "imageCountMoreThan", "countNumber": rule.keep}
        return f"{rule.tags}: all but {rule.keep} images", count
    return f"{rule.tags}: after {rule.days} days", _pushed(rule.days or 0)


def _pushed(days: int) -> Mapping[str, Any]:
    return {"countType": "sinceImagePushed", "countUnit": "days", "countNumber": days}

"""What Terraform downloads besides providers."""

from runner.manifest import Stack


def downloads(stack: Stack) -> str | None:
    """Says which chart repositories the Helm provider reads for a stack; None for none."""
    releases = stack.document.get("resource", {}).get("helm_release", {}).values()
    sources = [body["repository"] for body in releases if "repository" in body]
    if not sources:
        return None
    repositories = sorted(set(sources))
    return (
        f"Charts that the Helm provider downloads: {len(sources)}, from "
        f"{', '.join(repositories)} (docs/charts.md says how to do without)."
    )

"""Many environments for the benchmark, made of the examples."""

import re
from pathlib import Path
from typing import Final

EXAMPLES: Final = Path(__file__).resolve().parents[1] / "examples" / "environments"

REGIONS: Final = (
    "eu-west-1",
    "eu-central-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "us-east-1",
    "us-east-2",
    "us-west-2",
    "ap-southeast-1",
    "ap-south-1",
)


def write_clusters(folder: Path, number: int) -> None:
    """Writes as many environments like prod, which differ in their names."""
    (folder / "base.yaml").write_text((EXAMPLES / "base.yaml").read_text())
    prod = (EXAMPLES / "prod.yaml").read_text()
    for name in (f"prod{each}" for each in range(number)):
        text = re.sub("^name: prod$", f"name: {name}", prod, flags=re.MULTILINE)
        (folder / f"{name}.yaml").write_text(text.replace("prod.example", f"{name}.example"))


def write_platforms(folder: Path, number: int, regions: int) -> None:
    """Writes as many platforms like two-regions, each in as many regions, at most ten.

    Each has routing, and a fleet with all of its clusters.
    """
    (folder / "base.yaml").write_text((EXAMPLES / "base.yaml").read_text())
    example = (EXAMPLES / "two-regions.yaml").read_text()
    before, _, rest = example.partition("\nregions:\n")
    _, _, after = rest.partition("\nrouting:\n")
    for platform in range(number):
        name = f"shop{platform}"
        entries = "\n".join(_region(platform, each) for each in range(regions))
        text = f"{before}\nregions:\n{entries}\n\nrouting:\n{after}"
        for old, new in (
            ("name: two-regions\n", f"name: {name}\n"),
            ("policy: failover", "policy: latency"),
            ("shop.example.com", f"{name}.example.com"),
        ):
            text = text.replace(old, new)
        # The registries and secrets of an account are those of one platform.
        text = re.sub(r"^registry: .*\n|^  (images|secrets): .*\n", "", text, flags=re.MULTILINE)
        (folder / f"{name}.yaml").write_text(text)


def _region(platform: int, number: int) -> str:
    settings = [f"network: {{cidr: 10.{10 * platform + number}.0.0/16}}"]
    if REGIONS[number] != "eu-central-1":  # the hub
        settings.append("platform: {argo_cd: {enabled: false}}")
    return f"  {REGIONS[number]}: {{code: r{number}, settings: {{{', '.join(settings)}}}}}"

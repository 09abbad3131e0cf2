"""Whether the pinned releases of the node images exist in the region."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from config.derived.pool_types import only_gpus
from runner.check.context import CheckContext
from runner.check.finding import Finding, each

_ARCHITECTURES: Final = {"arm64": "arm64", "amd64": "x86_64"}


@dataclass(frozen=True)
class Image:
    """A release of an image.

    Attributes:
        user: what starts nodes with it.
        family: al2023 or bottlerocket.
        release: the release as the user names it.
        nvidia: whether it has the driver of NVIDIA's GPUs.
    """

    user: str
    family: str
    release: str
    minor: str
    architecture: str
    nvidia: bool = False

    @property
    def parameter(self) -> str:
        """The public parameter of SSM that exists for this release.

        https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html,
        https://github.com/aws/karpenter-provider-aws/tree/main/pkg/providers/amifamily
        """
        if self.family == "bottlerocket":
            release = self.release.removeprefix("v")
            variant = "-nvidia" if self.nvidia else ""
            folder = f"/aws/service/bottlerocket/aws-k8s-{self.minor}{variant}"
            return f"{folder}/{self.architecture}/{release}/image_id"
        day = self.release.rpartition("-")[2].removeprefix("v")
        variant = "nvidia" if self.nvidia else "standard"
        name = f"amazon-eks-node-al2023-{self.architecture}-{variant}-{self.minor}-v{day}"
        folder = f"/aws/service/eks/optimized-ami/{self.minor}/amazon-linux-2023"
        return f"{folder}/{self.architecture}/{variant}/{name}/image_id"


def find(context: CheckContext) -> Iterator[Finding]:
    """Asks for each image once."""
    images = list(dict.fromkeys([*_of_groups(context), *_of_classes(context)]))
    yield from each(images, _subject, lambda image: _image(context, image))


def _subject(image: Image) -> str:
    return f"{image.user}, {image.architecture}"


def _image(context: CheckContext, image: Image) -> Iterator[Finding]:
    needed = f"{image.family} {image.release} for {image.minor}"
    if context.aws.find("ssm", "get_parameter", Name=image.parameter):
        yield Finding("ok", _subject(image), "exists", needed)
        return
    yield Finding(
        "error",
        _subject(image),
        f"no parameter {image.parameter}",
        needed,
        "Take a release that exists: `make versions` lists the newest one.",
    )


def _of_groups(context: CheckContext) -> Iterator[Image]:
    for group in context.needs.of("aws_eks_node_group"):
        release, minor = group.literal("release_version"), _minor(context, group.literal("version"))
        type_ = group.literal("ami_type")
        if release is None or type_ is None:
            continue
        yield Image(
            f"node group {group.name.removeprefix('node_group_')}",
            "bottlerocket" if type_.startswith("BOTTLEROCKET") else "al2023",
            release,
            minor,
            "arm64" if "ARM" in type_ else "x86_64",
            type_.endswith("_NVIDIA"),
        )


def _of_classes(context: CheckContext) -> Iterator[Image]:
    """Karpenter takes images of the control plane's minor, for the architectures of its pools."""
    minor = _minor(context, None)
    for class_ in context.needs.custom_resources("EC2NodeClass"):
        name = class_["metadata"]["name"]
        for term in class_["spec"]["amiSelectorTerms"]:
            family, _, release = term.get("alias", "").partition("@")
            for architecture, nvidia in _variants(context, name) if release else ():
                user = f"EC2NodeClass {name}"
                yield Image(user, family, release, minor, _ARCHITECTURES[architecture], nvidia)


def _variants(context: CheckContext, class_: str) -> list[tuple[str, bool]]:
    """Architectures of the pools' nodes, and whether the image is the one with NVIDIA's driver."""
    pools = context.environment.platform.karpenter.pools.values()
    return sorted(
        {
            (architecture, only_gpus(pool))
            for pool in pools
            if pool.node_class == class_
            for architecture in pool.architectures
        }
    )


def _minor(context: CheckContext, own: str | None) -> str:
    return own or next(iter(context.needs.values("aws_eks_cluster", "version")), "")

"""EC2: the tags of a launch template are its own, not those of what is launched from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.ec2.responses import EC2Response

if TYPE_CHECKING:
    from moto.core.responses import ActionResult


class LaunchTemplates(EC2Response):
    """EC2 that keeps the tags of a launch template out of the template's data.

    moto copies them into the ``TagSpecifications`` of the first version, which Terraform then
    reports as an unexpected change.
    """

    def create_launch_template(self) -> ActionResult:
        """Answers CreateLaunchTemplate."""
        answer = super().create_launch_template()
        name = self._get_param("LaunchTemplateName")
        data = self.ec2_backend.get_launch_template_by_name(name).default_version().data
        specifications = [
            specification
            for specification in data.pop("TagSpecifications", [])
            if specification["ResourceType"] != "launch-template"
        ]
        if specifications:
            data["TagSpecifications"] = specifications
        return answer

"""EC2: the tags of a launch template, and the refusal to delete one that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.ec2.responses import EC2Response

if TYPE_CHECKING:
    from moto.core.responses import ActionResult


class LaunchTemplates(EC2Response):
    """EC2 whose launch templates Terraform can create, read and delete as on AWS."""

    def create_launch_template(self) -> ActionResult:
        """Answers CreateLaunchTemplate.

        moto copies the template's own tags into the ``TagSpecifications`` of the first version,
        which Terraform then reports as an unexpected change.
        """
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

    def delete_launch_template(self) -> ActionResult:
        """Answers DeleteLaunchTemplate.

        moto says that no template has such a *name*, which the provider, when the SDK repeats a
        call whose answer was lost, does not take for a template that is gone.
        """
        template_id = self._get_param("LaunchTemplateId")
        if template_id:
            self.ec2_backend.get_launch_template(template_id)
        return super().delete_launch_template()

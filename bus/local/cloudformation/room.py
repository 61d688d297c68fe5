"""The CloudFormation room: its API, over the stacks of the plane."""

from collections.abc import Mapping
from typing import ClassVar

from bus.local.cloudformation.change_set_operations import ChangeSetOperations
from bus.local.cloudformation.describe_operations import DescribeOperations
from bus.local.cloudformation.template_operations import TemplateOperations
from bus.local.cloudformation.tokens import Tokens
from bus.local.plane import Plane
from bus.local.stacks import Stack, Stacks
from bus.topology import Template


class CloudFormationRoom(ChangeSetOperations, DescribeOperations, TemplateOperations):
    """AWS CloudFormation. Its `stacks` are every stack of the plane, whoever deployed them.

    Stack tags stay on the stack: they are not handed on to its resources. A path as CodeUri, which AWS refuses, is
    a function of this project.
    """

    service: ClassVar[str] = "cloudformation"

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.stacks = Stacks(plane)
        self._tokens = Tokens()

    def deploy(self, name: str, body: str, origin: str, parameters: Mapping[str, str]) -> str:
        """Deploy a template of this project, at once: "created", "updated", or "unchanged" where it was deployed.

        `body` is its text, and `origin` what errors call it. Parameters that are not given keep their values. Raises
        as `Stacks.deploy` does, once what was done is taken back.
        """
        before = self.stacks.get(name)
        if before is not None and self._is_deployed(before, body, parameters):
            return "unchanged"
        self.stacks.deploy_read(Template.parse(origin, body, parameters), name)
        return "created" if before is None else "updated"

    def _is_deployed(self, stack: Stack, body: str, parameters: Mapping[str, str]) -> bool:
        record = self.stacks.records.named(stack.name)
        whole = record is not None and record.settled
        return whole and stack.template.text == body and _says(stack.template, parameters)


def _says(template: Template, parameters: Mapping[str, str]) -> bool:
    """Whether a deployed template's parameters have these values already."""
    known = template.parameters
    return all(
        name in known and known[name].written(template.given.get(name)) == value for name, value in parameters.items()
    )

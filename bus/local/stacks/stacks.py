"""Deploys templates into the plane."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bus.local.errors import AwsError
from bus.local.plane import Plane
from bus.local.resources import Deployed, Resource
from bus.local.stacks.errors import RefusedValuesError, StackExistsError
from bus.local.stacks.names import physical_name
from bus.local.stacks.stack import Stack, StackResource
from bus.topology import Preview, Resolver, ResourceTemplate, Setting, Template


class Stacks:
    """Every stack of one plane.

    SSM parameters that templates read are asked of the plane's room "ssm"; a plane without it
    has none.
    """

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._deployed: set[str] = set()

    def deploy(self, path: str | Path, name: str | None = None, parameters: Mapping[str, str] | None = None) -> Stack:
        """Deploy the template at `path` as the stack `name`, or that of its folder.

        Every type and property of the template is checked before anything is made. Raises
        TopologyError for a template that is wrong in itself, UnsupportedResourceError for what the
        plane does not do, RefusedValuesError for what the service would refuse, and StackExistsError.
        """
        template = Template.load(path, parameters)
        name = name or template.path.resolve().parent.name
        if name in self._deployed:
            raise StackExistsError(name, str(path))
        self._deployed.add(name)
        return _Deployment(self._plane, template, name).run()


class _Deployment:
    def __init__(self, plane: Plane, template: Template, name: str) -> None:
        self._plane, self._template = plane, template
        stack_id = plane.arn("cloudformation", f"stack/{name}/{plane.chance.uuid()}")
        self._setting = Setting(name, plane.account, plane.region, stack_id)
        self._made: dict[str, StackResource] = {}
        self._resolver = Resolver(template, self._setting, self._ssm, self._made)
        self._wanted = [resource for resource in template.in_order() if self._resolver.applies(resource)]

    def run(self) -> Stack:
        self._check()
        for resource in self._wanted:
            self._make(resource)
        return Stack(self._setting.stack, self._template, self._made, self._resolver.outputs())

    def _check(self) -> None:
        preview = Preview(self._template, self._setting, self._ssm)
        for resource in self._wanted:
            self._plane.makers.check(self._described(resource, preview.properties(resource), name=""))
        preview.outputs()

    def _make(self, resource: ResourceTemplate) -> None:
        properties = self._resolver.properties(resource)
        name = physical_name(
            resource.type,
            self._setting.stack,
            resource.logical_id,
            self._plane.chance.random,
            fifo=properties.get("FifoQueue", properties.get("FifoTopic", False)) is True,
        )
        deployed = self._accepted(self._described(resource, properties, name))
        self._made[resource.logical_id] = StackResource(
            resource.logical_id, resource.type, deployed.ref, deployed.attributes
        )

    def _accepted(self, wanted: Resource) -> Deployed:
        try:
            return self._plane.makers.make(wanted)
        except (AwsError, ValueError) as error:  # a service's refusal; a pattern or number that is none
            raise RefusedValuesError(wanted, str(error)) from error

    def _described(self, resource: ResourceTemplate, properties: Mapping[str, Any], name: str) -> Resource:
        return Resource(
            stack=self._setting.stack,
            logical_id=resource.logical_id,
            type=resource.type,
            properties=properties,
            name=name,
            template=str(self._template.path),
            line=resource.line,
            property_lines=self._template.property_lines(resource.logical_id),
        )

    def _ssm(self, name: str) -> str | None:
        ssm = self._plane.rooms.get("ssm")
        return None if ssm is None else ssm.parameter(name)

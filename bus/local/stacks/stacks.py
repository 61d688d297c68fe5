"""Deploys templates into the plane, changes them, and deletes them."""

from collections.abc import Mapping
from pathlib import Path

from bus.local.plane import Plane
from bus.local.stacks.deployment import Deployment, delete
from bus.local.stacks.errors import StackDeletionError, StackExistsError
from bus.local.stacks.lookup import stack_named
from bus.local.stacks.stack import Stack
from bus.topology import Setting, Template


class Stacks(dict[str, Stack]):
    """Every stack of one plane, by name.

    SSM parameters that templates read are asked of the plane's room "ssm"; a plane without it
    has none.
    """

    def __init__(self, plane: Plane) -> None:
        super().__init__()
        self._plane = plane

    def create(self, path: str | Path, name: str | None = None, parameters: Mapping[str, str] | None = None) -> Stack:
        """A new stack of the template at `path`, called `name` or as the template's folder.

        Raises StackExistsError, and as `deploy` does.
        """
        template, name = _loaded(path, name, parameters)
        if name in self:
            raise StackExistsError(name, str(path))
        return self._deployed(template, name, None)

    def deploy(self, path: str | Path, name: str | None = None, parameters: Mapping[str, str] | None = None) -> Stack:
        """The same, but a stack of that name is changed in place, as CloudFormation would.

        Every type and property of the template is checked before anything is made, and a failure takes back what was
        done. Raises TopologyError for a template that is wrong in itself, UnsupportedResourceError for what the
        plane does not do, RefusedValuesError for what the service would refuse, and NotReplaceableError.
        """
        template, name = _loaded(path, name, parameters)
        return self._deployed(template, name, self.get(name))

    def delete(self, name: str) -> None:
        """Delete a stack and what it made, but for what its template retains.

        Raises StackNotFoundError; StackDeletionError when something could not be deleted, with the rest gone.
        """
        stack = stack_named(self, name)
        failures = delete(self._plane, [one for one in stack.resources.values() if not one.retained])
        del self[name]
        if failures:
            raise StackDeletionError(name, failures)

    def _deployed(self, template: Template, name: str, before: Stack | None) -> Stack:
        self[name] = Deployment(self._plane, template, self._setting(name, before), before).run()
        return self[name]

    def _setting(self, name: str, before: Stack | None) -> Setting:
        if before is not None:
            return before.setting
        plane = self._plane
        return Setting(
            name, plane.account, plane.region, plane.arn("cloudformation", f"stack/{name}/{plane.chance.uuid()}")
        )


def _loaded(path: str | Path, name: str | None, parameters: Mapping[str, str] | None) -> tuple[Template, str]:
    template = Template.load(path, parameters)
    return template, name or template.path.resolve().parent.name

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
        template = Template.load(path, parameters)
        name = name or _name_of(template)
        if name in self:
            raise StackExistsError(name, str(path))
        return self._deployed(template, name)

    def deploy(self, path: str | Path, name: str | None = None, parameters: Mapping[str, str] | None = None) -> Stack:
        """The same, but a stack of that name is changed in place, as CloudFormation would.

        Parameters that are not given keep the values that the stack has, its defaults of then included, as with
        `aws cloudformation deploy`; a new stack takes the template's defaults.

        Every type and property of the template is checked before anything is made, and a failure takes back what was
        done. Raises TopologyError for a template that is wrong in itself, UnsupportedResourceError for what the
        plane does not do, RefusedValuesError for what the service would refuse, and TypeChangedError,
        NotReplaceableError and ResourceTakenError for what CloudFormation would.
        """
        template = Template.load(path, parameters)
        name = name or _name_of(template)
        if name in self and (kept := _previous(self[name].template, template)):
            template = Template.load(path, {**kept, **(parameters or {})})
        return self._deployed(template, name)

    def delete(self, name: str) -> None:
        """Delete a stack and what it made, but for what its template retains.

        Raises StackNotFoundError; StackDeletionError when something could not be deleted, with the rest gone.
        """
        stack = stack_named(self, name)
        failures = delete(self._plane, [one for one in stack.resources.values() if not one.retained])
        del self[name]
        if failures:
            raise StackDeletionError(name, failures)

    def _deployed(self, template: Template, name: str) -> Stack:
        self[name] = Deployment(self._plane, template, self._setting(name), self).run()
        return self[name]

    def _setting(self, name: str) -> Setting:
        if name in self:
            return self[name].setting
        plane = self._plane
        return Setting(
            name, plane.account, plane.region, plane.arn("cloudformation", f"stack/{name}/{plane.chance.uuid()}")
        )


def _name_of(template: Template) -> str:
    return template.path.resolve().parent.name


def _previous(before: Template, template: Template) -> dict[str, str]:
    """The values that a stack's parameters have, of those that the new template still asks for."""
    written = {name: parameter.written(before.given.get(name)) for name, parameter in before.parameters.items()}
    return {name: text for name, text in written.items() if name in template.parameters and text is not None}

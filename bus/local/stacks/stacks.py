"""Deploys templates into the plane, changes them, and deletes them."""

from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bus.local.plane import Plane
from bus.local.stacks.course import ROLLBACK, Course
from bus.local.stacks.deployment import Deployment, parameter_of
from bus.local.stacks.errors import StackBusyError, StackDeletionError, StackExistsError
from bus.local.stacks.forecast import Forecast
from bus.local.stacks.lookup import stack_named
from bus.local.stacks.reasons import failed_to
from bus.local.stacks.record import DELETED, StackRecord
from bus.local.stacks.records import Records
from bus.local.stacks.removal import Doomed, delete
from bus.local.stacks.stack import Stack
from bus.topology import Setting, Template


class Stacks(dict[str, Stack]):
    """Every stack of one plane, by name; `records` remembers those that failed or are gone, too.

    SSM parameters that templates read are asked of the plane's room "ssm"; a plane without it
    has none.
    """

    def __init__(self, plane: Plane) -> None:
        super().__init__()
        self._plane = plane
        self.records = Records(plane.clock)

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
        NotReplaceableError and ResourceTakenError for what CloudFormation would; StackBusyError while the stack is in
        the middle of something.
        """
        template = Template.load(path, parameters)
        return self.deploy_read(template, name or _name_of(template))

    def deploy_read(self, template: Template, name: str) -> Stack:
        """The same with a template that was read already."""
        return self._deployed(self.with_kept(template, name), name)

    def with_kept(self, template: Template, name: str) -> Template:
        """The template with the values that the stack's parameters have, where it was given none."""
        if name in self and (kept := _previous(self[name].template, template)):
            return Template.parse(template.path, template.text, {**kept, **template.given})
        return template

    def delete(self, name: str) -> None:
        """Delete a stack and what it made, but for what its template retains.

        Raises StackNotFoundError, and StackBusyError; StackDeletionError when something could not be deleted, with
        the rest gone.
        """
        stack_named(self, name)
        record = self._idle(name)
        if record is not None:
            record.begin("DELETE_IN_PROGRESS")
            self.remove(record)

    def remove(self, record: StackRecord, retained: Collection[str] = ()) -> None:
        """Do the deletion of a stack that was begun; `retained` stay as what its template retains does.

        Raises StackDeletionError: the stack stays, in DELETE_FAILED, with what could not be deleted.
        """
        stack = self.pop(record.name, None)
        resources = {} if stack is None else stack.resources
        doomed = [Doomed(one.made, kept=one.retained or name in retained) for name, one in resources.items()]
        failures = delete(self._plane.makers, doomed, record)
        if not failures:
            record.say(DELETED)
            return
        failed = [name for name in resources if record.resources[name].status == "DELETE_FAILED"]
        if stack is not None:
            left = {name: resources[name] for name in failed}
            self[record.name] = Stack(stack.setting, stack.template, left, {})
        record.say("DELETE_FAILED", failed_to("delete", failed))
        raise StackDeletionError(record.name, failures)

    def setting(self, name: str) -> Setting:
        """Where a stack of that name is, or would be, deployed."""
        record = self.records.named(name)
        if record is not None:
            return record.setting
        plane = self._plane
        return Setting(
            name, plane.account, plane.region, plane.arn("cloudformation", f"stack/{name}/{plane.chance.uuid()}")
        )

    def prepare(
        self,
        template: Template,
        setting: Setting,
        *,
        on_failure: str = ROLLBACK,
        options: Mapping[str, Any] | None = None,
    ) -> Course:
        """A deployment that was checked, and has not begun. Raises as `deploy` does."""
        deployment = Deployment(self._plane, template, setting, self)
        deployment.check()
        record = self.records.known(setting.stack_id) or self.records.add(setting)
        return Course(deployment, record, self, on_failure=on_failure, options=options)

    def forecast(self, template: Template, setting: Setting) -> Forecast:
        """What deploying the template there would change. Raises TopologyError."""
        return Forecast(
            self._plane.makers, template, setting, self.get(setting.stack), partial(parameter_of, self._plane)
        )

    def _deployed(self, template: Template, name: str) -> Stack:
        record = self._idle(name)
        if record is not None and name not in self:
            record.say(DELETED)  # nothing is left of it but its name
        course = self.prepare(template, self.setting(name))
        course.begin()
        return course.finish()

    def _idle(self, name: str) -> StackRecord | None:
        record = self.records.named(name)
        if record is not None and record.busy:
            raise StackBusyError(name, record.status)
        return record


def _name_of(template: Template) -> str:
    return template.path.resolve().parent.name


def _previous(before: Template, template: Template) -> dict[str, str]:
    """The values that a stack's parameters have, of those that the new template still asks for."""
    written = {name: parameter.written(before.given.get(name)) for name, parameter in before.parameters.items()}
    return {name: text for name, text in written.items() if name in template.parameters and text is not None}

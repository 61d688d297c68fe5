"""The stacks that requests name, and what they become."""

from collections.abc import Mapping
from typing import Any

from bus.local.cloudformation.change_set import ChangeSet
from bus.local.cloudformation.errors import no_change_set, no_stack, no_stack_to_change, not_updatable, validation
from bus.local.errors import PlaneError
from bus.local.operations import Params
from bus.local.plane import Plane
from bus.local.stacks import REVIEW, Course, Stack, StackRecord, Stacks
from bus.topology import TopologyError

_OPTIONS = ("Tags", "Capabilities", "RoleARN", "TimeoutInMinutes", "DisableRollback")


class KnownStacks:
    """What the parts of the room share."""

    _plane: Plane
    stacks: Stacks

    def _record(self, name_or_id: str) -> StackRecord:
        """Raises AwsError, as reads do."""
        record = self.stacks.records.known(name_or_id)
        if record is None:
            raise no_stack(name_or_id)
        return record

    def _changeable(self, name_or_id: str) -> StackRecord:
        """A stack that is there. Raises AwsError, as changes do."""
        record = self.stacks.records.known(name_or_id)
        if record is None or record.gone:
            raise no_stack_to_change(name_or_id)
        return record

    def _updatable(self, name_or_id: str) -> StackRecord:
        """A stack that can be updated now. Raises AwsError."""
        record = self._changeable(name_or_id)
        if not record.settled:
            raise not_updatable(record.id, record.status)
        return record

    def _change_set(self, params: Params) -> ChangeSet:
        """By its ARN, or by its name and its stack's. Raises AwsError."""
        name = params["ChangeSetName"]
        if name.startswith("arn:"):
            candidates = [record.change_sets.get(name) for record in self.stacks.records]
        elif "StackName" not in params:
            raise validation("StackName must be specified if ChangeSetName is not specified as an ARN.")
        else:
            record = self.stacks.records.known(params["StackName"])
            if record is None:
                raise no_stack_to_change(params["StackName"])
            candidates = [one for one in record.change_sets.values() if one.name == name]
        found: list[ChangeSet] = [one for one in candidates if one is not None]
        if not found:
            raise no_change_set(name)
        return found[0]

    def _deployed(self, record: StackRecord) -> Stack | None:
        stack = self.stacks.get(record.name)
        return stack if stack is not None and stack.setting.stack_id == record.id else None

    def _options(self, params: Params, before: Mapping[str, Any]) -> dict[str, Any]:
        """What becomes of the stack's options; tags and role stay as they are unless they are given."""
        kept = {
            name: before[name] for name in ("Tags", "RoleARN", "TimeoutInMinutes", "DisableRollback") if name in before
        }
        return kept | {name: params[name] for name in _OPTIONS if name in params}

    def _finish(self, course: Course) -> None:
        """Do what was begun, unless the stack's deletion came first; a failure is in the stack's events by then."""
        if course.record.status != course.status:
            return
        try:
            course.finish()
        except (PlaneError, TopologyError):
            return

    def _from_ssm(self, name: str) -> str | None:
        ssm = self._plane.rooms.get("ssm")
        return None if ssm is None else ssm.parameter(name)


def on_failure(params: Params) -> str:
    """What becomes of a stack that cannot be created. Raises AwsError."""
    if "OnFailure" in params and "DisableRollback" in params:
        raise validation("You can specify either DisableRollback or OnFailure, but not both.")
    return params.get("OnFailure") or ("DO_NOTHING" if params.get("DisableRollback") else "ROLLBACK")


def under_review(record: StackRecord) -> bool:
    """Whether there is nothing of the stack but a change set that would create it."""
    return record.status == REVIEW

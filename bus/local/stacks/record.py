"""A stack as CloudFormation remembers it, from before it is there until after it is gone."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from bus.local.clock import Clock
from bus.local.stacks.events import STACK, ResourceState, StackEvent
from bus.local.times import iso
from bus.topology import Setting, Template

if TYPE_CHECKING:  # it tells the record what it does
    from bus.local.stacks.deployment import Deployment

REVIEW = "REVIEW_IN_PROGRESS"
DELETED = "DELETE_COMPLETE"
_SETTLED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})


class StackRecord:
    """One stack: its status, its events, oldest first, and its resources by logical id.

    Times are epoch seconds. A stack that was deleted keeps its record, and gives up its name.
    """

    def __init__(self, setting: Setting, clock: Clock) -> None:
        self.setting, self._clock = setting, clock
        self.created = clock.time()
        self.updated: float | None = None
        self.deleted: float | None = None
        self.status, self.reason = "", ""
        self.token = ""
        self.template: Template | None = None
        """Of the last deployment that came to its end, or of the one under way where there was none."""
        self.options: Mapping[str, Any] = {}
        """What was asked for beside template and parameters: Tags, Capabilities, DisableRollback…, as the API has them.
        """
        self.protected = False
        self.change_sets: dict[str, Any] = {}
        """By id; no business of deployments, which only let go of them."""
        self.events: list[StackEvent] = []
        self.resources: dict[str, ResourceState] = {}
        self.unfinished: Deployment | None = None
        """What could not be put back as it was (UPDATE_ROLLBACK_FAILED)."""

    @property
    def name(self) -> str:
        return self.setting.stack

    @property
    def id(self) -> str:
        return self.setting.stack_id

    @property
    def gone(self) -> bool:
        """Whether it was deleted, and its name is free."""
        return self.status == DELETED

    @property
    def busy(self) -> bool:
        """Whether something is being done to it."""
        return self.status.endswith("_IN_PROGRESS") and self.status != REVIEW

    @property
    def settled(self) -> bool:
        """Whether it is as a template says, and can be updated."""
        return self.status in _SETTLED

    def begin(self, status: str, reason: str = "User Initiated", token: str = "") -> None:
        """An operation starts; `token` marks every event of it. Change sets are of no use from now on."""
        self.token = token
        if status == "UPDATE_IN_PROGRESS":
            self.updated = self._clock.time()
        self.change_sets.clear()
        self.say(status, reason)

    def say(self, status: str, reason: str = "") -> None:
        """The stack has a new status."""
        self.status, self.reason = status, "" if reason == "User Initiated" else reason
        if status == DELETED:
            self.deleted = self._clock.time()
        number = f"{self.id}/{len(self.events)}"
        self._add(str(uuid5(NAMESPACE_URL, number)), self.name, self.id, STACK, status, reason)

    def tell(
        self,
        logical_id: str,
        type_: str,
        status: str,
        *,
        physical_id: str = "",
        reason: str = "",
        properties: Mapping[str, Any] | None = None,
        former: bool = False,
    ) -> None:
        """A resource has a new status. `former`: a self of it that was replaced has; how it stands stays as it is."""
        now = self._clock.time()
        written = "" if properties is None else json.dumps(properties, default=str)
        self._add(
            f"{logical_id}-{status}-{iso(now)}", logical_id, physical_id, type_, status, reason, properties=written
        )
        if not former:
            self.resources[logical_id] = ResourceState(logical_id, physical_id, type_, status, reason, now)

    def tidy(self) -> None:
        """Forget the resources that are deleted: the stack lives on without them."""
        self.resources = {
            name: state
            for name, state in self.resources.items()
            if state.status not in ("DELETE_COMPLETE", "DELETE_SKIPPED")
        }

    def _add(
        self,
        id_: str,
        logical_id: str,
        physical_id: str,
        type_: str,
        status: str,
        reason: str,
        properties: str = "",
    ) -> None:
        time = self._clock.time()
        self.events.append(
            StackEvent(id_, logical_id, physical_id, type_, status, reason, time, properties, self.token)
        )

"""The course of a deployment, from status to status: to its end, or back to where it began."""

from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from typing import Any

from bus.local.stacks.deployment import Deployment
from bus.local.stacks.reasons import failed_to
from bus.local.stacks.record import DELETED, StackRecord
from bus.local.stacks.stack import Stack

ROLLBACK, DELETE, NOTHING = "ROLLBACK", "DELETE", "DO_NOTHING"


class Course:
    """One deployment under way: `begin` says that it is, `finish` does it. `stacks` holds every stack by name.

    `on_failure` says what becomes of a new stack that fails: ROLLBACK, DELETE or DO_NOTHING (API reference,
    CreateStack). `options` become the stack's when the deployment comes to its end.
    """

    def __init__(
        self,
        deployment: Deployment,
        record: StackRecord,
        stacks: MutableMapping[str, Stack],
        *,
        on_failure: str = ROLLBACK,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.deployment, self.record, self._stacks = deployment, record, stacks
        self._on_failure, self._options = on_failure, options
        self._creates = record.name not in stacks
        self.status = "CREATE_IN_PROGRESS" if self._creates else "UPDATE_IN_PROGRESS"

    def begin(self, token: str = "") -> None:
        """The stack is in progress from now on."""
        if self._creates:
            self._adopt()
        self.record.begin(self.status, token=token)

    def finish(self) -> Stack:
        """Make and change; after a failure, go back, and raise it, with a note of what cannot be taken back."""
        try:
            stack = self.deployment.run(self.record)
        except BaseException as error:
            for failure in self._back(error):
                error.add_note(f"rolling back: {failure}")
            raise
        if self._creates:
            self.record.say("CREATE_COMPLETE")
        else:
            stack = self._cleaned(stack)
        self._adopt()
        self._stacks[self.record.name] = stack
        return stack

    def _adopt(self) -> None:
        self.record.template = self.deployment.template
        if self._options is not None:
            self.record.options = self._options

    def _cleaned(self, stack: Stack) -> Stack:
        self.record.say("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        left = self.deployment.clean_up(self.record)
        self.record.tidy()
        reason = "Update successful. One or more resources could not be deleted." if left else ""
        self.record.say("UPDATE_COMPLETE", reason)
        return replace(stack, left_behind=left)

    def _back(self, error: BaseException) -> list[str]:
        reason = self._reason(error)
        if not self._creates:
            self.record.say("UPDATE_ROLLBACK_IN_PROGRESS", reason)
            return roll_back_update(self.record, self.deployment)
        if self._on_failure == NOTHING:
            deployment = self.deployment
            self._stacks[self.record.name] = Stack(deployment.setting, deployment.template, deployment.made, {})
            self.record.say("CREATE_FAILED", reason)
            return []
        if self._on_failure == DELETE:
            self.record.say("DELETE_IN_PROGRESS", f"{reason}Delete requested by user.")
            return self._taken_back("DELETE_FAILED", DELETED)
        self.record.say("ROLLBACK_IN_PROGRESS", f"{reason}Rollback requested by user.")
        return self._taken_back("ROLLBACK_FAILED", "ROLLBACK_COMPLETE")

    def _taken_back(self, failed: str, done: str) -> list[str]:
        if self.deployment.failed is not None:  # nothing came of it
            self.record.tell(self.deployment.failed.logical_id, self.deployment.failed.type, "DELETE_COMPLETE")
        failures = self.deployment.undo.take_back(self.record)
        if failures:  # what is left can be deleted later
            states, made = self.record.resources, self.deployment.made
            left = {name: one for name, one in made.items() if states[name].status == "DELETE_FAILED"}
            setting, template = self.deployment.setting, self.deployment.template
            self._stacks[self.record.name] = Stack(setting, template, left, {})
        self.record.say(failed if failures else done)
        return failures

    def _reason(self, error: BaseException) -> str:
        failed = self.deployment.failed
        if failed is None:
            return f"{error} "
        state = self.record.resources[failed.logical_id]
        return failed_to(state.status.partition("_")[0].lower(), [failed.logical_id])


def roll_back_update(record: StackRecord, deployment: Deployment, skipped: tuple[str, ...] = ()) -> list[str]:
    """Put back what an update did; returns a sentence for each resource that could not be.

    The record keeps what is left to be put back, in UPDATE_ROLLBACK_FAILED, to be continued.
    """
    failures = deployment.undo.put_back(record, skipped)
    if failures:
        record.unfinished = deployment
        names = [change.before.wanted.logical_id for change in deployment.undo.changed]
        record.say("UPDATE_ROLLBACK_FAILED", failed_to("update", names))
        return failures
    record.unfinished = None
    record.say("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    failed = deployment.failed
    if failed is not None and record.resources[failed.logical_id].status == "CREATE_FAILED":
        record.tell(failed.logical_id, failed.type, "DELETE_COMPLETE")
    failures = deployment.undo.take_back(record)
    record.tidy()
    record.say("UPDATE_ROLLBACK_COMPLETE")
    return failures

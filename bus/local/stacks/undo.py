"""What a deployment did, to be put back when it fails."""

from collections.abc import Collection
from dataclasses import dataclass

from bus.local.errors import PlaneError
from bus.local.makers import Makers
from bus.local.resources import Made
from bus.local.stacks.reasons import reason_of
from bus.local.stacks.record import StackRecord
from bus.local.stacks.removal import Doomed, delete


@dataclass(frozen=True)
class Changed:
    """A resource that was changed in place, before and after; `after` is None where the change was refused."""

    before: Made
    after: Made | None


@dataclass(frozen=True)
class Created:
    """A resource that was made; `replaces` is what it was to replace, `kept` says that it stays even now."""

    made: Made
    kept: bool
    replaces: Made | None


class Undo:
    """Puts back what was changed, then deletes what was made, each last first, as CloudFormation rolls back.

    New resources whose DeletionPolicy is Retain stay, as CloudFormation has it (RetainExceptOnCreate is for those
    that are not to: API reference, CreateStack). What cannot be put back is kept, to be tried again.
    """

    def __init__(self, makers: Makers) -> None:
        self._makers = makers
        self.changed: list[Changed] = []
        self.created: list[Created] = []

    def put_back(self, record: StackRecord, skipped: Collection[str] = ()) -> list[str]:
        """Put back every change; returns a sentence for each that could not be. Those of `skipped` count as done."""
        failures, left = [], []
        for change in reversed(self.changed):
            failure = None if change.before.wanted.logical_id in skipped else self._put_back(change, record)
            if failure is None:
                _tell(record, change.before, "UPDATE_COMPLETE")
            else:
                _tell(record, change.before, "UPDATE_FAILED", reason_of(failure))
                failures.append(f"{change.before.wanted.logical_id} ({change.before.wanted.type}): {failure}")
                left.append(change)
        self.changed = left[::-1]
        for created in reversed(self.created):
            if created.replaces is not None:  # its old self was never touched
                _tell(record, created.replaces, "UPDATE_COMPLETE")
        return failures

    def _put_back(self, change: Changed, record: StackRecord) -> Exception | None:
        _tell(record, change.before, "UPDATE_IN_PROGRESS")
        try:
            if change.after is not None:
                self._makers.update(change.before.wanted, change.after)
        except (PlaneError, ValueError) as failure:
            return failure
        return None

    def take_back(self, record: StackRecord) -> list[str]:
        """Delete what was made; returns a sentence for each that could not be deleted, and which stays for good."""
        created, self.created = self.created, []
        doomed = [Doomed(one.made, kept=one.kept, former=one.replaces is not None) for one in created]
        return delete(self._makers, doomed, record)


def _tell(record: StackRecord, made: Made, status: str, reason: str = "") -> None:
    record.tell(made.wanted.logical_id, made.wanted.type, status, physical_id=made.ref, reason=reason)

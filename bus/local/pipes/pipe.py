"""One pipe: what it was asked to be, the state it is in, and its reader."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from bus.local.errors import AwsError
from bus.local.pipes.definition import Definition
from bus.local.pipes.errors import conflict
from bus.local.pipes.passage import Passage
from bus.local.plane import Plane
from bus.local.polling.held import Held

# Seconds that creating, starting, stopping, updating and deleting take. AWS does not say; it can be a minute.
PASSAGE = 0.5
_SETTLED = ("RUNNING", "STOPPED", "CREATE_FAILED", "UPDATE_FAILED", "START_FAILED", "STOP_FAILED", "DELETE_FAILED")


class Pipe:
    """Moves between the states of the API reference's PipeState; a failure to do so is told by `reason`.

    What is done `at_once` (by a template: CloudFormation waits for it) raises AwsError instead of failing later.
    """

    def __init__(self, plane: Plane, definition: Definition, tags: dict[str, str]) -> None:
        self._plane, self.definition, self.tags = plane, definition, tags
        self.arn = plane.arn("pipes", f"pipe/{definition.name}")
        self.created: datetime = plane.clock.now()
        self.modified = self.created
        self.state, self.reason = "CREATING", ""
        self._passage = Passage(plane, definition, self.arn)

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def settled(self) -> bool:
        """Whether it is on its way to no other state."""
        return self.state in _SETTLED

    def create(self, *, at_once: bool = False) -> None:
        """Bring it to the state that is desired of it. Raises AwsError for templates and paths that are none."""
        self._passage.prepare()
        self._reach("CREATING", "CREATE_FAILED", self._arrive, at_once=at_once)

    def update(self, definition: Definition, *, at_once: bool = False) -> None:
        """Be like `definition` from now on; the reader keeps its position and what it is retrying. Raises AwsError."""
        self._must_be_settled()
        passage = self._passage.changed(definition)
        passage.prepare()
        self._check_source()
        self.definition, self._passage, self.modified = definition, passage, self._plane.clock.now()
        self._reach("UPDATING", "UPDATE_FAILED", self._arrive, at_once=at_once)

    def start(self) -> None:
        """StartPipe. Raises AwsError, a ConflictException, for a pipe that is not stopped."""
        self._want("RUNNING")
        self._reach("STARTING", "START_FAILED", self._arrive)

    def stop(self) -> None:
        """StopPipe. Raises AwsError, a ConflictException, for a pipe that is not running."""
        self._want("STOPPED")
        self._reach("STOPPING", "STOP_FAILED", self._arrive)

    def delete(self, gone: Callable[[], None], *, at_once: bool = False) -> None:
        """Stop reading, and call `gone` when it is deleted. Raises AwsError while it is changing."""
        self._must_be_settled()
        self.definition = self.definition.wanting("DELETED")
        self._passage.stop()
        self._reach("DELETING", "DELETE_FAILED", gone, at_once=at_once)

    def held(self, event_id: str) -> Iterator[Held]:
        """What it holds of an event that is on its way."""
        return self._passage.held(event_id)

    def _want(self, desired: str) -> None:
        self._must_be_settled()
        if self.state == desired:
            raise conflict(self.name, f"Pipe {self.name} is {desired} already.")
        self._check_source()
        self.definition, self.modified = self.definition.wanting(desired), self._plane.clock.now()

    def _must_be_settled(self) -> None:
        if not self.settled:
            raise conflict(self.name, f"Pipe {self.name} is being changed: its state is {self.state}.")

    def _check_source(self) -> None:
        """A pipe whose source is disabled cannot be stopped, started or updated.

        User guide, "Amazon DynamoDB stream as a source".
        """
        if not self._passage.source_enabled():
            raise conflict(self.name, f"The source {self.definition.source} of pipe {self.name} is disabled.")

    def _reach(self, through: str, failed: str, arrive: Callable[[], None], *, at_once: bool = False) -> None:
        self.state, self.reason = through, ""
        if at_once:
            self._try(arrive, failed, told=False)
        else:
            self._plane.engine.after(PASSAGE, lambda: self._try(arrive, failed, told=True))

    def _try(self, arrive: Callable[[], None], failed: str, *, told: bool) -> None:
        """What fails is told by the state alone where nobody waits for it."""
        try:
            arrive()
        except AwsError as error:
            self.state, self.reason = failed, reason_of(error)
            if not told:
                raise

    def _arrive(self) -> None:
        if self.definition.desired == "RUNNING":
            self._passage.start()
        else:
            self._passage.stop()
        self.state = self.definition.desired

    def described(self) -> dict[str, Any]:
        """What every answer tells of it."""
        return {
            "Arn": self.arn,
            "Name": self.name,
            "DesiredState": self.definition.desired,
            "CurrentState": self.state,
            "CreationTime": self.created,
            "LastModifiedTime": self.modified,
        }


def reason_of(error: AwsError) -> str:
    """StateReason (user guide, "Pipe failure states")."""
    if error.code == "ResourceNotFoundException":
        return "Stream not found. To resume processing please delete the pipe and create a new one."
    return error.message[:512]

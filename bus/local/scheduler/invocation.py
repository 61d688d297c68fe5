"""One invocation of a target: its attempts, the waits between them, and what becomes of it."""

from collections.abc import Callable
from functools import partial

from bus.local.destinations import send
from bus.local.engine import Timer
from bus.local.errors import AwsError
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.retries import wait_after
from bus.local.scheduler.context import Context
from bus.local.scheduler.schedule import Schedule


class Invocation:
    """Delivers one occasion of a schedule to the target that it had then.

    Every error of the target is tried again, whatever it is: RetryPolicy knows no other end than the number of
    attempts and the age, and the user guide's dead-letter event of a queue that does not exist names one of them.
    """

    def __init__(
        self, plane: Plane, schedule: Schedule, occasion: float, done: Callable[[Schedule, "Invocation"], None]
    ) -> None:
        self._plane, self._schedule, self._target, self._done = plane, schedule, schedule.target, done
        self.context = Context(
            schedule_arn=schedule.arn,
            scheduled=occasion,
            execution_id=plane.chance.hex(16),
            account=plane.account,
            region=plane.region,
            notification_id=plane.chance.uuid(),
        )
        self._attempts, self._over = 0, False
        self._since = plane.clock.time()
        self._timer: Timer | None = None
        self.waiting = False  # for what the target answers

    @property
    def retry_at(self) -> float | None:
        """When it is tried again, in epoch seconds."""
        return None if self._timer is None else self._timer.instant

    def attempt(self) -> None:
        """Deliver now; a failure arranges for what follows it."""
        self._timer = None
        self._attempts += 1
        with self._plane.ledger.following(self.context.execution_id):
            self._send(self.context.fill(self._target.input, self._attempts), self._sent)

    def _send(self, text: str, then: Callable[[str], None]) -> None:
        try:
            sent = self._target.send(text)
        except AwsError as error:
            self._failed(error, text)
            return
        answer = sent if isinstance(sent, Later) else Later.of(sent)
        self.waiting = not answer.done
        answer.then(partial(self._answered, text, then))

    def _answered(self, text: str, then: Callable[[str], None], answer: Later[object]) -> None:
        self.waiting = False
        with self._plane.ledger.following(self.context.execution_id):
            try:
                answer.result()
            except AwsError as error:
                self._failed(error, text)
            else:
                then(text)

    def _sent(self, text: str) -> None:
        if self._plane.anomalies.twice():
            self._send(text, self._delivered)
        else:
            self._delivered(text)

    def _delivered(self, _text: str) -> None:
        self._record("ok")
        self._finish()

    def cancel(self) -> None:
        """Try no more: the schedule was deleted, by what this invocation itself does it may be."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            with self._plane.ledger.following(self.context.execution_id):
                self._record("dropped", "the schedule was deleted")
        self._over = True
        self._schedule.running.remove(self)

    def _finish(self) -> None:
        if not self._over:
            self._over = True
            self._done(self._schedule, self)

    def _failed(self, error: AwsError, text: str) -> None:
        wait = wait_after(self._attempts, self._plane.chance.random)
        exhausted = self._exhausted(wait)
        if exhausted is None and not self._over:
            self._record("retry", error.code)
            self._timer = self._plane.engine.after(wait, self.attempt)
            return
        self._give_up(error, exhausted or "MaximumRetryAttempts", text)
        self._finish()

    def _exhausted(self, wait: float) -> str | None:
        if self._attempts > self._target.max_attempts:
            return "MaximumRetryAttempts"
        if self._plane.clock.time() + wait - self._since > self._target.max_age:
            return "MaximumEventAgeInSeconds"
        return None

    def _give_up(self, error: AwsError, exhausted: str, text: str) -> None:
        queue = self._target.dead_letters
        if queue is None:
            self._record("lost", f"{error.code}: {error.message}")
            return
        try:
            self._bury(queue, error, exhausted, text)
        except AwsError as refusal:
            self._record("lost", f"{error.code}, and the dead-letter queue refused it: {refusal}")
        else:
            self._record("dead-letter", error.code)

    def _bury(self, queue: str, error: AwsError, exhausted: str, text: str) -> None:
        """User guide, "Configuring a schedule's dead-letter queue", the dead-letter event."""
        attributes = {
            "ERROR_CODE": error.code,
            "ERROR_MESSAGE": error.message,
            "EXECUTION_ID": self.context.execution_id,
            "EXHAUSTED_RETRY_CONDITION": exhausted,
            "IS_PAYLOAD_TRUNCATED": "false",
            "RETRY_ATTEMPTS": str(self._attempts - 1),
            "SCHEDULED_TIME": self.context.scheduled_time,
            "SCHEDULE_ARN": self._schedule.arn,
            "TARGET_ARN": self._target.arn,
        }
        typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value}
        send(self._plane, queue, text, typed)

    def _record(self, outcome: str, note: str = "") -> None:
        self._plane.ledger.record(
            "scheduler",
            "invoke",
            self._schedule.arn,
            attempt=self._attempts,
            outcome=outcome,
            note=note or self._target.arn,
        )

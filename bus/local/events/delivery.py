"""Delivers an event to a target: attempts, waits, and what becomes of it in the end."""

from typing import Any, Self

from bus.local.destinations import send
from bus.local.errors import AwsError
from bus.local.events.event import Event
from bus.local.events.failures import Failure, LaterError, failure_of
from bus.local.events.measuring import measure
from bus.local.events.state import Rule, Target
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.retries import wait_after
from bus.local.whereabouts import Whereabouts


class Delivery:
    """One event on its way to one target of one rule; in `waiting` while it waits: for its time, or for an answer."""

    __slots__ = ("_attempt", "_plane", "_rule", "_since", "_target", "_until", "_waiting", "event")

    def __init__(self, plane: Plane, rule: Rule, target: Target, event: Event, waiting: "dict[Delivery, None]") -> None:
        self._plane, self._rule, self._target, self.event = plane, rule, target, event
        self._attempt = 0
        self._since = plane.clock.time()
        self._until: float | None = self._since  # None while an answer is waited for
        self._waiting = waiting

    def start(self, lateness: float = 0.0) -> Self:
        """Deliver now, or some seconds late."""
        if lateness:
            self._wait(lateness)
        else:
            self._deliver()
        return self

    def whereabouts(self) -> Whereabouts:
        """Where it is while it waits."""
        if self._until is None:
            note = f"to {self._target.arn}, attempt {self._attempt}"
            return Whereabouts("events", self._rule.arn, "in flight", None, note)
        note = f"to {self._target.arn}, attempt {self._attempt + 1}"
        state = "waiting to retry" if self._attempt else "delayed"
        return Whereabouts("events", self._rule.arn, state, self._until, note)

    def _deliver(self) -> None:
        """Deliver; a failure arranges for what follows it."""
        self._attempt += 1
        target = self._target
        try:
            sent = target.send(self.event, None if target.transform is None else target.transform(self.event))
        except LaterError as later:
            self._later(later.seconds)
        except AwsError as error:
            self._failed(failure_of(error))
        else:
            if isinstance(sent, Later):
                self._wait_for(sent)
            else:
                self._record("ok", self._rule.name)

    def _wait_for(self, sent: Later[Any]) -> None:
        self._until = None
        self._waiting[self] = None
        sent.then(self._answered)

    def _answered(self, sent: Later[Any]) -> None:
        del self._waiting[self]
        with self._plane.ledger.following(self.event.event_id):
            try:
                sent.result()
            except AwsError as error:
                self._failed(failure_of(error))
            else:
                self._record("ok", self._rule.name)

    def _later(self, seconds: float) -> None:
        """No attempt was made; what waits for its turn grows older all the same."""
        self._attempt -= 1
        if self._plane.clock.time() + seconds - self._since > self._target.max_age:
            failure = Failure("THROTTLING", "The target's turn comes too late.", retryable=True)
            self._give_up(failure, "MaximumEventAgeInSeconds")
        else:
            self._wait(seconds)

    def _failed(self, failure: Failure) -> None:
        wait = max(wait_after(self._attempt, self._plane.chance.random), failure.wait)
        exhausted = self._exhausted(wait)
        if failure.retryable and exhausted is None:
            self._record("retry", failure.code)
            self._wait(wait)
        else:
            self._give_up(failure, exhausted if failure.retryable else None)

    def _wait(self, seconds: float) -> None:
        self._until = self._plane.clock.time() + seconds
        self._waiting[self] = None
        self._plane.engine.after(seconds, self._again)

    def _again(self) -> None:
        del self._waiting[self]
        with self._plane.ledger.following(self.event.event_id):
            self._deliver()

    def _exhausted(self, wait: float) -> str | None:
        """The retry condition that leaves no further attempt, by the name that dead letters give it."""
        if self._attempt > self._target.max_attempts:
            return "MaximumRetryAttempts"
        if self._plane.clock.time() + wait - self._since > self._target.max_age:
            return "MaximumEventAgeInSeconds"
        return None

    def _give_up(self, failure: Failure, exhausted: str | None) -> None:
        queue = self._target.dead_letters
        if queue is None:
            self._record("lost", f"{failure.code}: {failure.message}")
            return
        try:
            self._bury(queue, failure, exhausted)
        except AwsError as error:
            self._record("lost", f"{failure.code}, and the dead-letter queue refused it: {error}")
        else:
            self._record("dead-letter", failure.code)

    def _bury(self, queue: str, failure: Failure, exhausted: str | None) -> None:
        """User guide, "Using dead-letter queues to process undelivered events": the message attributes."""
        attributes = {
            "RULE_ARN": self._rule.arn,
            "TARGET_ARN": self._target.arn,
            "ERROR_CODE": failure.code,
            "ERROR_MESSAGE": failure.message,
            "RETRY_ATTEMPTS": str(max(self._attempt - 1, 0)),
        }
        if exhausted is not None:
            attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted
        typed = {name: {"DataType": "String", "StringValue": text} for name, text in attributes.items() if text}
        send(self._plane, queue, self.event.text, typed)

    def _record(self, outcome: str, note: str) -> None:
        measure(self._plane, self._rule, outcome)
        self._plane.ledger.record(
            "events", "deliver", self._target.arn, attempt=self._attempt, outcome=outcome, note=note
        )

"""Delivers an event to a target: attempts, waits, and what becomes of it in the end."""

from bus.local.destinations import send
from bus.local.errors import AwsError
from bus.local.events.event import Event
from bus.local.events.failures import Failure, failure_of
from bus.local.events.state import Rule, Target
from bus.local.plane import Plane

# AWS says "exponential back off and jitter", not how long. These waits make 185 retries of about
# 18 hours, inside the 24 hours that EventBridge tries by default.
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 480.0


class Delivery:
    """One event on its way to one target of one rule."""

    __slots__ = ("_attempt", "_event", "_plane", "_rule", "_since", "_target", "_text")

    def __init__(self, plane: Plane, rule: Rule, target: Target, event: Event) -> None:
        self._plane, self._rule, self._target, self._event = plane, rule, target, event
        self._attempt = 0
        self._since = plane.clock.time()
        self._text = None if target.transform is None else target.transform(event)

    def attempt(self) -> None:
        """Deliver now; a failure arranges for what follows it."""
        self._attempt += 1
        try:
            self._target.send(self._event, self._text)
        except AwsError as error:
            self._failed(failure_of(error))
        else:
            self._record("ok", self._rule.name)

    def _failed(self, failure: Failure) -> None:
        wait = self._wait()
        exhausted = self._exhausted(wait)
        if failure.retryable and exhausted is None:
            self._record("retry", failure.code)
            self._plane.engine.after(wait, self._again)
        else:
            self._give_up(failure, exhausted if failure.retryable else None)

    def _again(self) -> None:
        with self._plane.ledger.following(self._event.event_id):
            self.attempt()

    def _wait(self) -> float:
        longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(self._attempt - 1, 16))
        return longest * self._plane.chance.random.uniform(0.5, 1.0)

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
            "RETRY_ATTEMPTS": str(self._attempt - 1),
        }
        if exhausted is not None:
            attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted
        typed = {name: {"DataType": "String", "StringValue": text} for name, text in attributes.items() if text}
        send(self._plane, queue, self._event.text, typed)

    def _record(self, outcome: str, note: str) -> None:
        self._plane.ledger.record(
            "events", "deliver", self._target.arn, attempt=self._attempt, outcome=outcome, note=note
        )

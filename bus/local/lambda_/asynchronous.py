"""Asynchronous invocation: Lambda's own queue and its retries."""

from collections.abc import Callable, Iterator
from copy import copy
from functools import partial

from bus.local.errors import AwsError
from bus.local.functions import Answer
from bus.local.lambda_.destinations import Destinations
from bus.local.lambda_.functions import LATEST, DeployedFunction
from bus.local.lambda_.invocation import Invocation
from bus.local.lambda_.lineage import Lineage
from bus.local.lambda_.queued import Queued
from bus.local.later import Later
from bus.local.plane import Plane
from bus.local.whereabouts import Whereabouts

PAUSES = (60.0, 120.0)  # seconds before the first retry of a function error, and the second
LONGEST_AGE = 6 * 3600
FIRST_BACKOFF, LONGEST_BACKOFF = 1.0, 300.0  # seconds, after throttles and errors of Lambda itself
_THROTTLED, _SERVER_ERROR = 429, 500


class AsynchronousInvocations:
    """Runs queued events: one minute to the first retry, two to the second; throttled ones until they are too old
    (Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation").
    """

    def __init__(self, plane: Plane, lineage: Lineage) -> None:
        self._plane, self._lineage = plane, lineage
        self._destinations = Destinations(plane)
        self._waiting: dict[Queued, None] = {}

    def queue(self, deployed: DeployedFunction, payload: bytes, request_id: str) -> None:
        """Invoke as soon as the engine comes to it, following the event that is being followed now.

        "The queue itself is eventually consistent": an event may come twice, and late.
        """
        now, followed = self._plane.clock.time(), self._plane.ledger.subject
        event = Queued(deployed, payload, request_id, now, followed, self._lineage.present)
        anomalies = self._plane.anomalies
        self._wait(event, anomalies.lateness(), "queued", self._attempt)
        if anomalies.twice():
            self._wait(copy(event), anomalies.lateness(), "queued", self._attempt)

    def whereabouts(self, event_id: str) -> Iterator[Whereabouts]:
        """The events of the queue that carry `event_id`, and what each waits for."""
        for event in self._waiting:
            if event.event_id == event_id:
                note = f"attempt {event.attempts}" if event.attempts else ""
                yield Whereabouts("lambda", event.deployed.arn, event.state, event.until, note)

    def _wait(self, event: Queued, seconds: float, state: str, then: Callable[[Queued], None]) -> None:
        event.state, event.until = state, self._plane.clock.time() + seconds
        self._waiting[event] = None
        self._plane.engine.after(seconds, partial(self._next, event, then))

    def _next(self, event: Queued, then: Callable[[Queued], None]) -> None:
        del self._waiting[event]
        with self._plane.ledger.following(event.event_id):
            then(event)

    def _attempt(self, event: Queued) -> None:
        try:
            begun = event.deployed.begin(Invocation(event.payload, event.request_id), event.chain)
        except AwsError as error:
            self._not_run(event, error)
            return
        event.attempts, event.throttles = event.attempts + 1, 0
        if not begun.done:
            event.state, event.until = "running", None
            self._waiting[event] = None
            begun.then(partial(self._answered, event))
            return
        answer = begun.result()
        if answer.seconds:
            self._wait(event, answer.seconds, "running", partial(self._ended, answer=answer))
        else:
            self._ended(event, answer)

    def _answered(self, event: Queued, begun: Later[Answer]) -> None:
        self._next(event, partial(self._ended, answer=begun.result()))

    def _ended(self, event: Queued, answer: Answer) -> None:
        self._record(event, "Invoke", "failed" if answer.failed else "ok")
        try:
            self._settle(event, answer)
        except AwsError as error:
            if error.code != "ResourceNotFoundException":
                raise
            # An event that the function has worked off is not lost; only nobody is told of it any more.
            action, outcome = ("discard", "lost") if answer.failed else ("destination", "failed")
            self._record(event, action, outcome, "the function was deleted")

    def _settle(self, event: Queued, answer: Answer) -> None:
        config = self._config(event)
        if not answer.failed:
            self._destinations.tell(event, answer, "OnSuccess", "Success")
        elif event.attempts > config.get("MaximumRetryAttempts", len(PAUSES)):
            self._give_up(event, "RetriesExhausted", answer=answer)
        elif self._too_old(event, PAUSES[event.attempts - 1]):
            self._give_up(event, "EventAgeExceeded", answer=answer)
        else:
            self._wait(event, PAUSES[event.attempts - 1], "waiting to retry", self._attempt)

    def _not_run(self, event: Queued, error: AwsError) -> None:
        """Throttles and errors of Lambda itself are not the function's, and cost it no retry."""
        if error.code == "RecursiveInvocationException":
            self._record(event, "Invoke", "failed", str(error))
            self._give_up(event, "RecursiveInvocation", error=error)
            return
        if error.status != _THROTTLED and error.status < _SERVER_ERROR:
            self._record(event, "discard", "lost", f"the function was deleted: {error.message}")
            return
        backoff = min(FIRST_BACKOFF * 2.0 ** min(event.throttles, 9), LONGEST_BACKOFF)
        event.throttles += 1
        if event.deployed.registered.share.reserved == 0:
            self._record(event, "Invoke", "failed", str(error))
            self._give_up(event, "ZeroReservedConcurrency", error=error)
        elif self._too_old(event, backoff):
            self._record(event, "Invoke", "failed", str(error))
            self._give_up(event, "EventAgeExceeded", error=error)
        else:
            self._record(event, "Invoke", "retry", str(error))
            self._wait(event, backoff, "waiting to retry", self._attempt)

    def _too_old(self, event: Queued, pause: float) -> bool:
        """Whether it would be older than it may be when its turn came again."""
        longest = self._config(event).get("MaximumEventAgeInSeconds", LONGEST_AGE)
        return bool(self._plane.clock.time() + pause - event.queued_at >= longest)

    def _give_up(
        self, event: Queued, condition: str, *, answer: Answer | None = None, error: AwsError | None = None
    ) -> None:
        told = self._destinations.tell(event, answer, "OnFailure", condition)
        kept = self._destinations.dead_letter(event, answer, error)
        self._record(event, "discard", "dead-letter" if told or kept else "lost", condition)

    @staticmethod
    def _config(event: Queued) -> dict[str, int]:
        return event.deployed.registered.invoke_configs.get(event.deployed.qualifier or LATEST, {})

    def _record(self, event: Queued, action: str, outcome: str, note: str = "") -> None:
        self._plane.ledger.record(
            "lambda",
            action,
            event.deployed.arn,
            attempt=max(event.attempts + event.throttles, 1),
            outcome=outcome,
            note=note,
        )

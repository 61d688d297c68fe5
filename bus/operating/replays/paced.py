"""A replay at so many events a second, or of what a pattern wants.

EventBridge's replays know no rate and no pattern. So the events are replayed into a rule made for it alone, whose
target is a queue made for it alone, and handed from there to the rule's targets one by one, as the rule would have:
its pattern, its transformations. What EventBridge does after a failed delivery (retries, the target's dead-letter
queue) is not done: what is refused stays in the queue. Both are deleted at the end, the queue only when it is empty.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bus.operating.account import Account
from bus.operating.dead_letters.finding import targets_of
from bus.operating.dead_letters.message import Message
from bus.operating.dead_letters.tally import Tally
from bus.operating.delivery import rule_target
from bus.operating.errors import RefusedError
from bus.operating.pace import Pace
from bus.operating.queues import look
from bus.operating.replays.archives import Archive
from bus.operating.replays.replay import Replay
from bus.patterns import Pattern, compile_pattern

_KEPT = timedelta(days=14)
_HIDDEN = 300  # seconds: longer than any batch of ten takes at one every half minute
_BATCH = 10

Tell = Callable[[float, datetime | None], None]


@dataclass(frozen=True)
class Way:
    """The queue and the rule that are there while the replay is."""

    url: str
    rule: str


@dataclass(frozen=True)
class PacedReplay:
    """`rule` is the one that the events are for, as ListRules has it; `pattern` narrows what it gets.

    `settle` is how many seconds a new rule takes to be in force: "when you add or update a rule, … allow a short period
    of time for changes to take effect" (API reference, PutRule).
    """

    replay: Replay
    archive: Archive
    rule: Mapping[str, Any]
    rate: float | None = None
    pattern: Pattern | None = None
    settle: float = 0.0

    def run(self, tally: Tally, tell: Tell, stop: Callable[[], bool]) -> datetime | None:
        """Replay, and hand over; the time of the event that was handed over last. Raises ClientError."""
        account = self.replay.account
        last: datetime | None = None
        with _way(account, self.archive, self.replay.name, tally) as way:
            account.clock.sleep(self.settle)
            self.replay.start(self.archive, way.rule)
            try:
                for event, hand_over in self._events(way, stop):
                    last = datetime.fromisoformat(event["time"])
                    hand_over(tally)
                    tell(self.replay.span.share(last), last)
                    if stop():
                        tally.stopped = "interrupted"
                        break
            finally:
                self.replay.cancel()
        return last

    def _events(
        self, way: Way, stop: Callable[[], bool]
    ) -> Iterator[tuple[Mapping[str, Any], Callable[[Tally], None]]]:
        """Each event that is wanted, when its turn has come, and what hands it over."""
        account = self.replay.account
        targets = targets_of(account, self.rule)
        wanted = [compile_pattern(self.rule["EventPattern"])] if self.rule.get("EventPattern") else []
        wanted += [self.pattern] if self.pattern is not None else []
        pace = Pace(account.clock, self.rate, stop)
        for message in _messages(account, way.url, self.replay, stop):
            event = message.document
            if all(pattern.matches(event) for pattern in wanted):
                pace.wait()
                yield event, lambda tally, m=message, e=event: self._hand_over(way, targets, m, e, tally)  # type: ignore[misc]
            else:
                _delete(account, way, message)

    def _hand_over(
        self, way: Way, targets: Sequence[Any], message: Message, event: Mapping[str, Any], tally: Tally
    ) -> None:
        account = self.replay.account
        try:
            for target in targets:
                rule_target.deliver(account, self.rule["Arn"], target, event, message.body)
        except RefusedError as error:
            tally.refused[error.reason] += 1
            return
        _delete(account, way, message)
        tally.done += 1


def _messages(account: Account, url: str, replay: Replay, stop: Callable[[], bool]) -> Iterator[Message]:
    """Each message of the queue once, until the replay is over and nothing is left."""
    sqs, seen = account.client("sqs"), set()
    while not stop():
        over = not replay.active()
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=_BATCH, VisibilityTimeout=_HIDDEN, WaitTimeSeconds=1
        )
        messages = [Message(raw) for raw in answer.get("Messages", ())]
        new = [message for message in messages if message.id not in seen]
        seen |= {message.id for message in new}
        yield from new
        if over and not new and not look(account, url).visible:
            return


def _delete(account: Account, way: Way, message: Message) -> None:
    account.client("sqs").delete_message(QueueUrl=way.url, ReceiptHandle=message.receipt)


@contextmanager
def _way(account: Account, archive: Archive, name: str, tally: Tally) -> Iterator[Way]:
    """The queue and the rule, both of the replay's name."""
    sqs, events = account.client("sqs"), account.client("events")
    bus = archive.bus.rpartition("/")[2]
    rule = archive.bus.replace(":event-bus/", ":rule/") + f"/{name}"
    if bus == "default":  # rules of the default bus do not name it
        rule = rule.replace(":rule/default/", ":rule/")
    attributes = {"Policy": _policy(rule), "MessageRetentionPeriod": str(int(_KEPT.total_seconds()))}
    with ExitStack() as undo:
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        # What was refused waits there, for somebody to look at.
        undo.callback(lambda: None if tally.refused else sqs.delete_queue(QueueUrl=url))
        pattern = json.dumps({"replay-name": [name]})
        events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern, Description="A replay by `bus replay`")
        undo.callback(events.delete_rule, Name=name, EventBusName=bus)
        target = {"Id": "queue", "Arn": look(account, url).arn}
        events.put_targets(Rule=name, EventBusName=bus, Targets=[target])
        undo.callback(events.remove_targets, Rule=name, EventBusName=bus, Ids=["queue"])
        yield Way(url, rule)


def _policy(rule: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

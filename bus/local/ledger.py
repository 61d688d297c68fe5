"""What happened to every event: each hop, when, which attempt, what came of it.

A hop's `service` is botocore's name ("sqs"), or "outside". Its `action` is an AWS operation ("SendMessage"),
or in lower case what AWS does unasked:

| service | action |
|---|---|
| apigatewayv2 | request |
| events | match, archive, expire, replay, deliver |
| pipes | filter, deliver, discard, destination |
| scheduler | invoke |
| lambda | filter, discard, destination |
| sns | deliver |
| sqs | redrive, move, expire |
| dynamodb | expire |
| firehose | transform, deliver |
| outside | mail, text, call |

| outcome | means |
|---|---|
| ok | done |
| retry, failed | not done this time; `retry` where the same service has set a time for the next attempt |
| filtered | nobody wanted it |
| duplicate | it was there already |
| dropped | taken, and nothing is done with it: that is what AWS does |
| expired | older than what keeps it |
| dead-letter | given up, and kept in a dead-letter queue or a destination |
| lost | given up, and kept nowhere |
| any other | the code that AWS or a server answered: "ConditionalCheckFailed", "404", "iceberg-failed" |
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import orjson

from bus.local.clock import Clock
from bus.local.forgetting import Forgetting


class Hop(NamedTuple):
    """One step of one event.

    `at` is epoch seconds; `resource` is the ARN or name it happened at; `event_id` is the event's own id from
    `detail.metadata` where it is known; `attempt` counts from 1; `note` is for people.
    """

    number: int
    at: float
    service: str
    action: str
    resource: str
    event_id: str | None
    attempt: int
    outcome: str
    note: str


# Past the check of arguments that NamedTuple's own __new__ makes, in 0.4 of the time: there are four hops to an event.
_hop = tuple.__new__


class Ledger:
    """An append-only list of hops; two runs with one seed write the same one, byte for byte.

    It keeps everything, unless it is told to keep the last hops only (`limit`).
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._hops: list[Hop] = []
        self._first = 0  # the number of the oldest hop that is kept
        self._forgetting: Forgetting | None = None
        self.subject: str | None = None
        self._kept: dict[str, str] = {}
        self._related: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._types: dict[str, str] = {}

    def limit(self, most: int) -> None:
        """Keep the last `most` hops from now on, and not many more; numbers go on counting.

        Of correlation ids, those of the events that these hops name are kept; what `keep` is told from now on is kept
        while it is held, and until `most` others are held no longer. Raises ValueError for less than one hop.
        """
        if self._forgetting is None:
            self._forgetting = Forgetting(most)
            self._forgetting.last |= {hop.event_id: hop.number for hop in self._hops if hop.event_id is not None}
            for correlation_id, events in self._related.items():
                for event_id in events:
                    self._forgetting.relate(event_id, correlation_id)
        else:
            self._forgetting.limit(most)
        self._forget(self._forgetting)

    def record(
        self,
        service: str,
        action: str,
        resource: str,
        *,
        event_id: str | None = None,
        attempt: int = 1,
        outcome: str = "ok",
        note: str = "",
    ) -> None:
        """Append a hop of `event_id`, or of the event that is being followed."""
        hops, subject = self._hops, event_id or self.subject
        number = self._first + len(hops)
        hop = (number, self._clock.time(), service, action, resource, subject, attempt, outcome, note)
        hops.append(_hop(Hop, hop))
        forgetting = self._forgetting
        if forgetting is not None:
            if subject is not None:
                forgetting.last[subject] = number
            if len(hops) >= forgetting.full:
                self._forget(forgetting)

    @contextmanager
    def following(self, event_id: str | None) -> Iterator[None]:
        """Within the block, hops that name no event belong to `event_id`.

        A room that keeps an event for later (a queue, a stream) calls `keep`; whoever takes the
        event up again follows what was `kept`.
        """
        before, self.subject = self.subject, event_id
        try:
            yield
        finally:
            self.subject = before

    def keep(self, token: str, *, held: bool = False) -> None:
        """Remember the event that is being followed under the id of what holds it.

        The token is a message id, or a stream's ARN and sequence number joined by "/". One that is `held` is to be
        released, which is of consequence only where there is a limit.
        """
        if self.subject is not None:
            self._kept[token] = self.subject
            if not held:
                self.release(token)

    def release(self, token: str) -> None:
        """What held the event under this token is gone: it may be forgotten in a while."""
        if self._forgetting is not None and token in self._kept:
            for forgotten in self._forgetting.released(token):
                self._kept.pop(forgotten, None)

    def kept(self, token: str) -> str | None:
        """The id of the event behind a message or record, where it is known."""
        return self._kept.get(token)

    def relate(self, event_id: str, correlation_id: str) -> None:
        """Remember that an event belongs to what a correlation id names."""
        self._related[correlation_id][event_id] = None
        if self._forgetting is not None:
            self._forgetting.relate(event_id, correlation_id)

    def describe(self, event_id: str, detail_type: str) -> None:
        """Remember what kind of event it is, for as long as a hop names it."""
        self._types[event_id] = detail_type

    def detail_type(self, event_id: str | None) -> str | None:
        """What kind of event it is, where that is known."""
        return None if event_id is None else self._types.get(event_id)

    def related(self, correlation_id: str) -> list[str]:
        """The ids of the events of one correlation id, in the order in which they came to a bus."""
        return list(self._related.get(correlation_id, ()))

    def __iter__(self) -> Iterator[Hop]:
        return iter(self._hops)

    def __len__(self) -> int:
        return len(self._hops)

    @property
    def end(self) -> int:
        """The number that the next hop will have."""
        return self._first + len(self._hops)

    def since(self, number: int) -> list[Hop]:
        """Every hop from that number on that is kept, in order: for whoever has read as far as there."""
        return self._hops[max(0, number - self._first) :]

    def of(self, event_id: str) -> list[Hop]:
        """Every hop of one event, in order."""
        return [hop for hop in self._hops if hop.event_id == event_id]

    def of_correlation(self, correlation_id: str) -> list[Hop]:
        """Every hop of every event of one correlation id, in order."""
        events = self._related.get(correlation_id, {})
        return [hop for hop in self._hops if hop.event_id in events]

    def find(self, service: str, action: str, outcome: str | None = None) -> list[Hop]:
        """Every hop of one kind, in order."""
        return [
            hop
            for hop in self._hops
            if hop.service == service and hop.action == action and outcome in (None, hop.outcome)
        ]

    def lines(self) -> Iterator[str]:
        """Each hop as one line of JSON, an array in the order of `Hop`'s fields."""
        for hop in self._hops:
            yield _json(hop).decode()

    def digest(self) -> str:
        """SHA-256 over `lines()`: equal for two equal runs."""
        digest = hashlib.sha256()
        for hop in self._hops:
            digest.update(_json(hop) + b"\n")
        return digest.hexdigest()

    def _forget(self, forgetting: Forgetting) -> None:
        """Let go of the oldest hops, and of the correlation ids of events that no other hop names."""
        last, oldest = forgetting.last, self._hops[: -forgetting.most]
        for hop in oldest:
            event_id = hop.event_id
            if event_id is not None and last[event_id] == hop.number:
                del last[event_id]
                self._types.pop(event_id, None)
                for correlation_id in forgetting.unrelated(event_id):
                    events = self._related[correlation_id]
                    del events[event_id]
                    if not events:
                        del self._related[correlation_id]
        del self._hops[: len(oldest)]
        self._first += len(oldest)


def _json(hop: Hop) -> bytes:
    try:
        return orjson.dumps([*hop])
    except TypeError:
        # A note may quote text that is no Unicode: half of a surrogate pair, which orjson does not write.
        return json.dumps(hop, separators=(",", ":")).encode()

"""Where in the queues an event is."""

from collections.abc import Iterable, Iterator

from bus.local.ledger import Ledger
from bus.local.sqs.message import Message, Place
from bus.local.sqs.queue import Queue
from bus.local.whereabouts import Whereabouts

_STATES = {Place.VISIBLE: "visible", Place.IN_FLIGHT: "in flight", Place.DELAYED: "delayed"}


def whereabouts_in(queues: Iterable[Queue], ledger: Ledger, event_id: str) -> Iterator[Whereabouts]:
    """Each message that carries the event; a visible one stays until its retention period is over."""
    for queue in queues:
        for message in queue:
            if ledger.kept(message.id) == event_id:
                yield Whereabouts("sqs", queue.arn, _STATES[message.place], _until(queue, message), message.id)


def _until(queue: Queue, message: Message) -> float:
    expires = message.enqueued_at + queue.settings.retention
    return expires if message.wait is None else min(message.wait[0], expires)

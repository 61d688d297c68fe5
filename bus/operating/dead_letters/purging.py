"""Deletes letters for good."""

from collections.abc import Callable

from bus.operating.dead_letters.looking import DeadLetterQueues
from bus.operating.dead_letters.redriving import what
from bus.operating.dead_letters.taking import Taking
from bus.operating.dead_letters.tally import Tally, Telling
from bus.operating.dead_letters.where import Where
from bus.operating.queues import Queue


def purge(
    queues: DeadLetterQueues,
    queue: Queue,
    where: Where,
    tally: Tally,
    tell: Telling,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Delete what is meant: of everything, also what somebody else holds at the moment. Raises ClientError.

    SQS takes up to a minute to purge a queue, and does it once a minute at most (API reference, PurgeQueue).
    """
    if where.everything:
        queues.account.client("sqs").purge_queue(QueueUrl=queue.url)
        tally.done = queue.size
        return
    with Taking(queues.account, queue) as taking:
        for letter in queues.letters(queue, taking, where):
            if stop():
                tally.stopped = "interrupted"
                return
            taking.delete(letter.message)
            tally.done += 1
            tell.done(what(letter), tally.done)

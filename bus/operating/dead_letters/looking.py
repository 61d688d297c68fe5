"""Looks at dead letters, and leaves them where they are."""

from collections.abc import Iterator
from dataclasses import dataclass

from bus.operating.account import Account
from bus.operating.dead_letters.letter import Letter
from bus.operating.dead_letters.sources import Survey, survey
from bus.operating.dead_letters.taking import Taking
from bus.operating.dead_letters.where import Where
from bus.operating.queues import Queue, all_queues, named


@dataclass(frozen=True)
class DeadLetterQueues:
    """The account's queues that something sends its dead letters to."""

    account: Account
    queues: tuple[Queue, ...]
    survey: Survey
    others: tuple[Queue, ...] = ()

    @classmethod
    def of(cls, account: Account) -> "DeadLetterQueues":
        """As they are now. Raises ClientError when the queues cannot be listed."""
        queues = all_queues(account)
        found = survey(account, {queue.arn: queue.attributes for queue in queues})
        targets = set(found.queues())
        dead = tuple(queue for queue in queues if queue.arn in targets)
        return cls(account, dead, found, tuple(queue for queue in queues if queue.arn not in targets))

    def named(self, word: str) -> Queue:
        """The one that a word means; another queue only by its whole name, for what sent there may be gone since.

        Raises UnknownNameError and AmbiguousNameError.
        """
        for queue in self.others:
            if word in (queue.name, queue.arn, queue.url):
                return queue
        return named(self.queues, word, "dead-letter queue")

    def letters(self, queue: Queue, taking: Taking, where: Where) -> Iterator[Letter]:
        """The letters of a queue that are meant, each once, as they are taken out."""
        for message in taking.messages():
            letter = Letter.of(self.account, message, queue.arn, self.survey)
            if where.matches(letter):
                yield letter

    def look(self, queue: Queue, where: Where, limit: int | None = None) -> Iterator[Letter]:
        """The same, given back when the look is over."""
        with Taking(self.account, queue) as taking:
            for number, letter in enumerate(self.letters(queue, taking, where), 1):
                yield letter
                if number == limit:
                    return

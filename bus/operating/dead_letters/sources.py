"""Who sends its dead letters to which queue."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from bus.operating.account import Account
from bus.operating.dead_letters import finding
from bus.operating.dead_letters.source import Source
from bus.operating.errors import in_one_sentence
from bus.operating.names import service_of

_FINDERS: Mapping[str, Callable[[Account], Iterable[Source]]] = {
    "event buses": finding.buses,
    "rules": finding.rules,
    "subscriptions": finding.subscriptions,
    "pipes": finding.pipes,
    "schedules": finding.schedules,
    "functions": finding.functions,
    "event source mappings": finding.mappings,
}


@dataclass(frozen=True)
class Survey:
    """Every source whose dead letters go to a queue; `readers` are the names of what polls a queue, by its ARN;
    `unasked` says of which services it is not known, and why.
    """

    sources: tuple[Source, ...]
    readers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unasked: Mapping[str, str] = field(default_factory=dict)

    def of_queue(self, arn: str) -> list[Source]:
        """Those that send to this queue."""
        return [source for source in self.sources if source.queue == arn]

    def queues(self) -> list[str]:
        """The ARNs of the queues that anything sends to, in order."""
        return sorted({source.queue for source in self.sources})


def survey(account: Account, queues: Mapping[str, Mapping[str, Any]]) -> Survey:
    """Ask every service; `queues` are the attributes of the account's queues by ARN.

    A service that refuses to be asked leaves its sources out: an operator may not be allowed to read everything.
    """
    answers = dict(zip(_FINDERS, account.each(lambda name: _asked(account, name), _FINDERS), strict=True))
    found = [*finding.queues(queues), *(source for sources, _ in answers.values() for source in sources)]
    ordered = sorted(_to_queues(found), key=lambda source: (source.queue, source.kind, source.name))
    unasked = {name: why for name, (_, why) in answers.items() if why}
    return Survey(tuple(ordered), finding.readers(found), unasked)


def _asked(account: Account, name: str) -> tuple[list[Source], str]:
    try:
        return list(_FINDERS[name](account)), ""
    except (ClientError, BotoCoreError) as error:
        return [], in_one_sentence(error)


def _to_queues(sources: Iterable[Source]) -> Iterator[Source]:
    """Some may go to topics and buckets too."""
    return (source for source in sources if service_of(source.queue) == "sqs")

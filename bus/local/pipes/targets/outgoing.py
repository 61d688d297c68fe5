"""A batch on its way to a target, and what the target took of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bus.local.later import Later
from bus.local.pipes.errors import PipeFailedError
from bus.local.pipes.event import PipeEvent


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event as the target receives it, and as its parameters' paths see it."""

    text: str
    event: PipeEvent


@dataclass(frozen=True, slots=True)
class Sent:
    """What a target did not take, with the reason: by position in the batch, or by the ids that it reports.

    `seconds` is the virtual time that the delivery took.
    """

    refused: Mapping[int, str] = field(default_factory=dict)
    reported: frozenset[str] = frozenset()
    seconds: float = 0.0


Send = Callable[[Sequence[Outgoing]], Sent | Later[Sent]]
Refusals = Mapping[int, str]


def entry_by_entry(entry: Callable[[Outgoing], Any], call: Callable[[list[Any]], Refusals]) -> Send:
    """Deliver by a batch operation: `call` gives the refusals by position in the list it is given.

    An event for which no entry can be made (nothing lies at a path) is refused alone; the others go.
    """

    def send(batch: Sequence[Outgoing]) -> Sent:
        refused, entries = {}, {}
        for at, outgoing in enumerate(batch):
            try:
                entries[at] = entry(outgoing)
            except PipeFailedError as error:
                refused[at] = str(error)
        if entries:
            places = list(entries)
            refused |= {places[number]: why for number, why in call(list(entries.values())).items()}
        return Sent(refused)

    return send


def with_error_codes(entries: Sequence[Mapping[str, Any]]) -> Refusals:
    """The refusals in an answer that has an entry for each of the request's."""
    return {
        at: f"{entry['ErrorCode']}: {entry.get('ErrorMessage', '')}"
        for at, entry in enumerate(entries)
        if entry.get("ErrorCode")
    }


def failed(response: Mapping[str, Any]) -> Refusals:
    """The refusals in an answer that lists them by the id of the request's entry."""
    return {int(entry["Id"]): f"{entry['Code']}: {entry.get('Message', '')}" for entry in response.get("Failed", ())}

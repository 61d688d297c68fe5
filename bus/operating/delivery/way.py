"""The way back of a letter: to what should have had it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bus.operating.account import Account
from bus.operating.dead_letters.letter import Letter
from bus.operating.dead_letters.source import Source
from bus.operating.dead_letters.sources import Survey
from bus.operating.delivery import mapping, pipe, rule_target, schedule_target, topic_message
from bus.operating.delivery.parcel import Parcel
from bus.operating.delivery.sending import send
from bus.operating.errors import RefusedError
from bus.operating.names import short


@dataclass(frozen=True)
class Ways:
    """Delivers letters of one queue, by what gave each of them up; `to` is an ARN that all of them go to instead."""

    account: Account
    queue: str
    survey: Survey
    to: str | None = None

    def deliver(self, letter: Letter) -> None:
        """It is accepted when this returns. Raises RefusedError and ClientError."""
        if self.to is not None:
            send(self.account, self.to, _as_it_is(letter))
            return
        deliver = _BY_KIND.get(letter.reason.kind)
        if deliver is None:
            raise RefusedError("nothing in the message says where it was going; say where with --to")
        deliver(self, letter)

    def whereto(self, letter: Letter) -> str:
        """Where it goes, for people."""
        if self.to is not None:
            return short(self.to)
        reason = letter.reason
        return short(reason.to or reason.by or "") or "nobody knows where"

    def source(self, kind: str, arn: str | None, of: Callable[[Source], bool] = lambda _: True) -> Source:
        """The only source of that kind and ARN. Raises RefusedError."""
        sources = [each for each in self.survey.sources if each.kind == kind and each.arn == arn and of(each)]
        own = [each for each in sources if each.queue == self.queue] or sources
        if not own:
            raise RefusedError(f"the {kind} {short(arn or '')} is there no more; say where with --to")
        if len({json.dumps(each.settings, sort_keys=True, default=str) for each in own}) > 1:
            raise RefusedError(f"{own[0]} is several; say where with --to")
        return own[0]


def _as_it_is(letter: Letter) -> Parcel:
    message = letter.message
    # By its old deduplication id a FIFO queue would take it for the message that it had before, and drop it.
    parameters: dict[str, Any] = {"MessageDeduplicationId": message.id}
    if group := message.system.get("MessageGroupId"):
        parameters["MessageGroupId"] = group
    if trace := message.system.get("AWSTraceHeader"):
        header = {"DataType": "String", "StringValue": trace}
        parameters["MessageSystemAttributes"] = {"AWSTraceHeader": header}
    return Parcel(message.body, _event(letter), message.raw.get("MessageAttributes", {}), parameters)


def _event(letter: Letter) -> Mapping[str, Any]:
    return letter.events[0] if letter.events else {}


def _to_queue(ways: Ways, letter: Letter) -> None:
    send(ways.account, str(letter.reason.to), _as_it_is(letter))


def _to_target(ways: Ways, letter: Letter) -> None:
    """Straight to the rule's target: put on the bus again, the event would reach every rule a second time."""
    rule, target_arn = str(letter.reason.by), letter.reason.to
    target = ways.source("rule", rule, lambda each: each.settings["Arn"] == target_arn).settings
    event = letter.message.document
    if not isinstance(event, Mapping):
        raise RefusedError("the message is no event")
    rule_target.deliver(ways.account, rule, target, event, letter.message.body)


def _to_schedule_target(ways: Ways, letter: Letter) -> None:
    attributes = letter.message.attributes
    if attributes.get("IS_PAYLOAD_TRUNCATED") == "true":
        raise RefusedError("Scheduler cut its input short, as it was too long for the queue")
    schedule = ways.source("schedule", letter.reason.by)
    schedule_target.deliver(ways.account, schedule.settings["Target"], letter.message.body)


def _to_endpoint(ways: Ways, letter: Letter) -> None:
    if letter.reason.by is None:
        raise RefusedError("the message does not say which subscription it was for; say where with --to")
    subscription = ways.source("subscription", letter.reason.by)
    attributes = letter.message.raw.get("MessageAttributes", {})
    topic_message.deliver(ways.account, subscription.settings, letter.message.body, attributes)


def _to_function(ways: Ways, letter: Letter) -> None:
    """As it was invoked: asynchronously, with what it was invoked with."""
    document = letter.message.document
    recorded = isinstance(document, Mapping) and "requestPayload" in document and "requestContext" in document
    if letter.reason.to is None:
        raise RefusedError("several functions send here, and the message does not say which; say where with --to")
    payload = json.dumps(document["requestPayload"]) if recorded else letter.message.body
    send(ways.account, letter.reason.to, Parcel(payload))


def _through_pipe(ways: Ways, letter: Letter) -> None:
    pipe.deliver(ways.account, ways.source("pipe", letter.reason.by).settings, _records(letter))


def _to_mapped_function(ways: Ways, letter: Letter) -> None:
    stream = letter.batch.stream if letter.batch else ""
    function = str(letter.reason.to).removesuffix(":$LATEST")
    for each in ways.survey.sources:
        settings = each.settings
        if each.kind == "mapping" and settings["EventSourceArn"] == stream and settings["FunctionArn"] == function:
            mapping.deliver(ways.account, settings, _records(letter))
            return
    raise RefusedError(f"nothing maps {short(stream)} to {short(function)} any more; say where with --to")


def _records(letter: Letter) -> Sequence[Mapping[str, Any]]:
    """Raises RefusedError when one of the records is there no more."""
    found = letter.records
    if found is None or found.expired:
        raise RefusedError(f"the stream has its records no more ({letter.batch})")
    return found.records


_BY_KIND: Mapping[str, Callable[[Ways, Letter], None]] = {
    "queue": _to_queue,
    "rule": _to_target,
    "schedule": _to_schedule_target,
    "subscription": _to_endpoint,
    "function": _to_function,
    "pipe": _through_pipe,
    "mapping": _to_mapped_function,
}

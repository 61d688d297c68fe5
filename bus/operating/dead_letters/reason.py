"""Why a message was given up, as far as whoever gave it up says so."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bus.operating.dead_letters.batch import Batch
from bus.operating.dead_letters.message import Message
from bus.operating.dead_letters.source import Source
from bus.operating.names import short

Readers = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Reason:
    """`kind` is that of a Source, or "unknown"; `by` the ARN of what gave up, `to` of what would not take it.

    `code` is for programs, `said` a sentence for people.
    """

    kind: str
    by: str | None
    to: str | None
    code: str
    said: str


def reason_of(message: Message, sources: Sequence[Source], readers: Readers) -> Reason:
    """`sources` are those that send to the queue; a message that does not say tells by them where it is from.
    `readers` are the names of what polls a queue, by its ARN.
    """
    if before := message.queue_before:
        return _redriven(before, sources, readers)
    for read in (_by_attributes, _by_document):
        if reason := read(message, sources):
            return reason
    return _published(message, sources)


def _by_attributes(message: Message, sources: Sequence[Source]) -> Reason | None:
    """Of what says it in the message's attributes."""
    attributes = message.attributes
    for kind, name in (("rule", "RULE_ARN"), ("schedule", "SCHEDULE_ARN")):
        if name in attributes:
            return _undelivered(kind, attributes[name], attributes)
    if "RequestID" in attributes and "ErrorCode" in attributes and any(each.kind == "function" for each in sources):
        return _asynchronous(attributes, sources)
    if "ERROR_CODE" in attributes:
        bus = _only("bus", sources)
        return _undelivered("bus", bus.arn if bus else "", attributes)
    return None


def _by_document(message: Message, _: Sequence[Source]) -> Reason | None:
    """Of what says it in the message's body."""
    document = message.document
    if not isinstance(document, Mapping):
        return None
    if Batch.of(document) is not None:
        return _discarded(document)
    return _invocation(document) if "functionArn" in (document.get("requestContext") or {}) else None


def _undelivered(kind: str, by: str, attributes: Mapping[str, str]) -> Reason:
    """EventBridge user guide, "Using dead-letter queues to process undelivered events", and Scheduler's, "Configuring
    a schedule's dead-letter queue": the message attributes.
    """
    code, message = attributes.get("ERROR_CODE", ""), attributes.get("ERROR_MESSAGE", "")
    retries = attributes.get("RETRY_ATTEMPTS", "0")
    ended = attributes.get("EXHAUSTED_RETRY_CONDITION")
    after = f"after {retries} retries" if retries != "0" else "without a retry"
    said = f"{code}: {message}" if message else code
    return Reason(kind, by or None, attributes.get("TARGET_ARN"), code, f"{said} ({after}{_ended(ended)})")


def _ended(condition: str | None) -> str:
    return {None: "", "MaximumRetryAttempts": ", all it may make", "MaximumEventAgeInSeconds": ", too old by then"}.get(
        condition, f", {condition}"
    )


def _discarded(document: Mapping[str, Any]) -> Reason:
    """Of a pipe, or of an event source mapping."""
    context = document.get("context") or document["requestContext"]
    condition = str(context["condition"])
    times = context.get("approximateInvokeCount")
    said = condition if times is None else f"{condition}: invoked {times} times"
    if error := (document.get("responseContext") or {}).get("functionError"):
        said += f", at last answered with an error ({error})"
    if "partnerResourceArn" in context:
        return Reason("pipe", context["partnerResourceArn"], None, condition, said)
    return Reason("mapping", context["functionArn"], context["functionArn"], condition, said)


def _invocation(document: Mapping[str, Any]) -> Reason:
    """Lambda developer guide, "Capturing records of Lambda asynchronous invocations": the invocation record."""
    context = document["requestContext"]
    function = context["functionArn"].removesuffix(":$LATEST")
    payload = document.get("responsePayload")
    error = payload if isinstance(payload, Mapping) else {}
    raised = ": ".join(str(error[name]) for name in ("errorType", "errorMessage") if error.get(name))
    said = f"{context['condition']} after {context.get('approximateInvokeCount')} invocations"
    return Reason("function", function, function, str(context["condition"]), f"{raised} ({said})" if raised else said)


def _asynchronous(attributes: Mapping[str, str], sources: Sequence[Source]) -> Reason:
    """The same guide, "Adding a dead-letter queue": the attributes do not name the function."""
    function = _only("function", sources)
    arn = None if function is None else function.arn
    code, message = attributes["ErrorCode"], attributes.get("ErrorMessage", "")
    return Reason("function", arn, arn, code, f"{message or 'Lambda gave it up'} (status {code})")


def _redriven(before: str, sources: Sequence[Source], readers: Readers) -> Reason:
    """SQS gives no reason but the count; who received it may have logged one."""
    queue = next((source for source in sources if source.arn == before), None)
    if queue is None:
        return Reason("queue", before, before, "maxReceiveCount", f"redriven from {short(before)}")
    most = int(json.loads(queue.settings["RedrivePolicy"])["maxReceiveCount"])
    by = f" by {' and '.join(readers[before])}" if readers.get(before) else ""
    times = "once" if most == 1 else f"{most} times"
    said = f"received {times} from {short(before)}{by} and never deleted (maxReceiveCount {most})"
    return Reason("queue", before, before, "maxReceiveCount", said)


def _published(message: Message, sources: Sequence[Source]) -> Reason:
    """A topic's message is as the subscription would have got it, with no reason (SNS developer guide, "Amazon SNS
    dead-letter queues").
    """
    subscription = _subscription(message, sources)
    if subscription is None:
        kinds = {source.kind for source in sources}
        kind = kinds.pop() if len(kinds) == 1 else "unknown"
        return Reason(kind, None, None, "", "nothing in the message says why")
    endpoint = subscription.settings["Endpoint"]
    code, detail = message.attributes.get("ErrorCode", ""), message.attributes.get("ErrorMessage", "")
    said = ": ".join(part for part in (code, detail) if part) or "SNS does not say why"
    return Reason("subscription", subscription.arn, endpoint, code, f"{short(endpoint)} did not take it ({said})")


def _subscription(message: Message, sources: Sequence[Source]) -> Source | None:
    """The one whose topic the envelope names, if it is the only one that it can be."""
    candidates = [source for source in sources if source.kind == "subscription"]
    document = message.document
    if isinstance(document, Mapping) and document.get("Type") == "Notification":
        link = str(document.get("UnsubscribeURL", ""))
        named = [source for source in candidates if source.arn in link]
        candidates = named or [each for each in candidates if each.settings["TopicArn"] == document.get("TopicArn")]
    return candidates[0] if len(candidates) == 1 else None


def _only(kind: str, sources: Sequence[Source]) -> Source | None:
    found = {source.arn: source for source in sources if source.kind == kind}
    return next(iter(found.values())) if len(found) == 1 else None

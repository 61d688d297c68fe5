"""One attempt to deliver, by each protocol."""

from collections.abc import Callable
from typing import Any, NamedTuple

from bus.local.arns import queue_url
from bus.local.continuations import when_done
from bus.local.errors import AwsError
from bus.local.later import Later
from bus.local.outside import Answer, Mail, Outside, Text
from bus.local.plane import Plane
from bus.local.sns.attributes import sms_attribute
from bus.local.sns.delivery_policy import PLAIN_TEXT, HttpPolicy, compiled, effective
from bus.local.sns.endpoints import is_fifo_queue
from bus.local.sns.notice import CONFIRMATION, Notice
from bus.local.sns.notification import Notification
from bus.local.sns.subscription import Subscription
from bus.local.sns.topics import Topics

TIMEOUT = 15.0  # seconds that an HTTP endpoint has; developer guide, "Make sure your endpoint is ready"
_CLIENT_ERROR = 400
_SENDER = "no-reply@sns.amazonaws.com"
_PREFIX = 10  # characters of a topic's display name that begin its text messages

Message = Notification | Notice


class Outcome(NamedTuple):
    """What came of an attempt, and the seconds that have yet to pass until it does."""

    error: AwsError | None = None
    seconds: float = 0.0


_DONE = Outcome()


class Transports:
    """Makes attempts."""

    def __init__(self, plane: Plane, topics: Topics) -> None:
        self._plane, self._topics = plane, topics
        self._by_protocol: dict[str, Callable[[Subscription, Any], Outcome | Later[Outcome]]] = {
            "sqs": self._queue,
            "lambda": self._function,
            "firehose": self._stream,
            "http": self._post,
            "https": self._post,
            "email": self._mail,
            "email-json": self._mail,
            "sms": self._text,
        }

    def attempt(self, subscription: Subscription, message: Message) -> Outcome | Later[Outcome]:
        """Try once to deliver; under the real clock it is told later what came of an HTTP call."""
        try:
            return self._by_protocol[subscription.protocol](subscription, message)
        except AwsError as error:
            return Outcome(error)

    def http_policy(self, subscription: Subscription) -> HttpPolicy:
        """The delivery policy that holds now for a subscription by HTTP(S)."""
        topic = self._topics.find(subscription.topic_arn)
        policy = None if topic is None else topic.delivery_policy
        return compiled(effective(policy, subscription.settings.delivery_policy))

    def to_queue(self, arn: str, subscription: Subscription, message: Notification) -> None:
        """Send what the subscription gets of a message to a queue, its own or that of its dead letters.

        Raises AwsError as SQS does.
        """
        raw = subscription.settings.raw
        body = message.text(subscription.protocol) if raw else message.envelope(subscription.protocol, subscription.arn)
        given: dict[str, Any] = {"QueueUrl": queue_url(arn), "MessageBody": body}
        if raw and message.sent_attributes:
            given["MessageAttributes"] = message.sent_attributes
        if is_fifo_queue(arn):
            given["MessageGroupId"] = message.group_id
            given["MessageDeduplicationId"] = message.deduplication_id
        elif message.group_id is not None and message.sequence_number is None:
            # For fair queues; a FIFO topic's group is not passed to standard queues ("Message grouping").
            given["MessageGroupId"] = message.group_id
        self._plane.call_with("sqs", "SendMessage", given)

    def _queue(self, subscription: Subscription, message: Notification) -> Outcome:
        self.to_queue(subscription.endpoint, subscription, message)
        return _DONE

    def _function(self, subscription: Subscription, message: Notification) -> Outcome:
        payload = message.records(subscription.arn)
        self._plane.call(
            "lambda", "Invoke", FunctionName=subscription.endpoint, InvocationType="Event", Payload=payload
        )
        return _DONE

    def _stream(self, subscription: Subscription, message: Notification) -> Outcome:
        """Each notification is a line; a raw message is as it was published ("Fanout to Firehose delivery streams")."""
        raw = message.text("firehose") if subscription.settings.raw else None
        data = message.envelope("firehose", subscription.arn) + "\n" if raw is None else raw
        name = subscription.endpoint.rpartition("/")[2]
        self._plane.call("firehose", "PutRecord", DeliveryStreamName=name, Record={"Data": data.encode()})
        return _DONE

    def _post(self, subscription: Subscription, message: Message) -> Outcome | Later[Outcome]:
        body = _posted(subscription, message).encode()
        headers = self._headers(subscription, message)
        answer = Outside.of(self._plane).begin("POST", subscription.endpoint, headers, body, TIMEOUT)
        return when_done(self._plane, answer, self._judged)

    def _judged(self, came: Later[Answer | None]) -> Outcome:
        answer, to_pass = came.result(), Outside.of(self._plane).to_pass
        if answer is None:
            return Outcome(AwsError("Unreachable", "the host is unknown", status=503))
        if answer.seconds > TIMEOUT:
            late = AwsError("Timeout", f"no answer within {TIMEOUT:.0f} seconds", status=504)
            return Outcome(late, to_pass(TIMEOUT))
        if answer.status < _CLIENT_ERROR:
            return Outcome(None, to_pass(answer.seconds))
        refusal = AwsError(str(answer.status), "the endpoint's answer", status=answer.status)
        return Outcome(refusal, to_pass(answer.seconds))

    def _headers(self, subscription: Subscription, message: Message) -> dict[str, str]:
        """Developer guide, "HTTP/HTTPS headers"."""
        notification = message.kind == Notification.kind
        headers = {
            "x-amz-sns-message-type": message.kind,
            "x-amz-sns-message-id": message.id,
            "x-amz-sns-topic-arn": message.topic_arn,
            "content-type": self.http_policy(subscription).content_type if notification else PLAIN_TEXT,
            "user-agent": "Amazon Simple Notification Service Agent",
            "accept-encoding": "gzip,deflate",
        }
        if message.kind != CONFIRMATION:
            headers["x-amz-sns-subscription-arn"] = subscription.arn
        if notification and subscription.settings.raw:
            headers["x-amz-sns-rawdelivery"] = "true"
        return headers

    def _mail(self, subscription: Subscription, message: Message) -> Outcome:
        subject, text = self._mailed(subscription, message)
        name = "Amazon Web Services Notifications"
        if isinstance(message, Notification):
            name = self._display_name(subscription)
        sender = f"{name} <{_SENDER}>" if name else _SENDER
        at = self._plane.clock.time()
        Outside.of(self._plane).mail(Mail(at, message.id, sender, (subscription.endpoint,), subject, text))
        return _DONE

    def _mailed(self, subscription: Subscription, message: Message) -> tuple[str, str]:
        if subscription.protocol == "email-json":
            return _title(message), _posted(subscription, message)
        if isinstance(message, Notice):
            return message.mail()
        link = "https://sns.us-east-1.amazonaws.com/unsubscribe.html?SubscriptionArn="
        farewell = "If you wish to stop receiving notifications from this topic, visit the link below to unsubscribe:"
        body = f"{message.text('email')}\n\n--\n{farewell}\n{link}{subscription.arn}&Endpoint={subscription.endpoint}\n"
        return _title(message), body

    def _text(self, subscription: Subscription, message: Notification) -> Outcome:
        name, body = self._display_name(subscription)[:_PREFIX], message.text("sms")
        said = f"{name}> {body}" if name else body
        sender = sms_attribute(message.attributes, "SenderID")
        at = self._plane.clock.time()
        Outside.of(self._plane).text(Text(at, message.id, subscription.endpoint, said, sender))
        return _DONE

    def _display_name(self, subscription: Subscription) -> str:
        topic = self._topics.find(subscription.topic_arn)
        return "" if topic is None else topic.attributes.get("DisplayName", "")


def _posted(subscription: Subscription, message: Message) -> str:
    if isinstance(message, Notice):
        return message.document()
    protocol = subscription.protocol
    return message.text(protocol) if subscription.settings.raw else message.envelope(protocol, subscription.arn)


def _title(message: Message) -> str:
    if isinstance(message, Notice):
        return message.mail()[0]
    return message.subject or "AWS Notification Message"

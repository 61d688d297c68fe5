"""A subscription: who gets what of a topic, and in which form."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bus.local.errors import UnsupportedOperationError
from bus.local.sns.errors import invalid
from bus.local.sns.notification import Notification
from bus.patterns import SNS_ATTRIBUTES, SNS_BODY, InvalidPatternError, Pattern, compile_pattern

ATTRIBUTES = ("RawMessageDelivery", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy")
_ENDPOINTS = {
    "sqs": (re.compile(r"arn:aws:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+"), "SQS endpoint ARN"),
    "lambda": (re.compile(r"arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(?::.+)?"), "Lambda endpoint ARN"),
}
_SCOPES = {"MessageAttributes": SNS_ATTRIBUTES, "MessageBody": SNS_BODY}


@dataclass(frozen=True)
class Delivery:
    """What a subscription's attributes say, compiled."""

    raw: bool = False
    filter: Pattern | None = None
    by_body: bool = False
    dead_letter_arn: str | None = None

    @classmethod
    def of(cls, attributes: Mapping[str, str], protocol: str, announced: str = "") -> "Delivery":
        """Raises AwsError for what SNS refuses; errors about filter policies are `announced` so."""
        raw = attributes.get("RawMessageDelivery", "false").lower()
        if raw not in ("true", "false"):
            raise invalid("RawMessageDelivery: value must be true or false")
        if raw == "true" and protocol == "lambda":
            raise invalid("Attributes Reason: RawMessageDelivery is not supported for the lambda protocol")
        scope = attributes.get("FilterPolicyScope", "MessageAttributes")
        if scope not in _SCOPES:
            raise invalid(
                f"FilterPolicyScope: Invalid value [{scope}]. Please use either MessageBody or MessageAttributes"
            )
        filter_ = _pattern(attributes.get("FilterPolicy", ""), scope, announced)
        return cls(raw == "true", filter_, scope == "MessageBody", _dead_letters(attributes.get("RedrivePolicy", "")))


@dataclass
class Subscription:
    """One subscription; `attributes` as set, in AWS's spelling."""

    arn: str
    topic_arn: str
    protocol: str
    endpoint: str
    attributes: dict[str, str] = field(default_factory=dict)
    delivery: Delivery = Delivery()

    def configure(self, attributes: Mapping[str, str], announced: str = "") -> None:
        """Set attributes anew. Raises AwsError, and changes nothing, for what SNS refuses, `announced` as given."""
        for name in attributes:
            if name == "DeliveryPolicy":
                raise UnsupportedOperationError("delivery policies of HTTP subscriptions")
            if name not in ATTRIBUTES:
                raise invalid("AttributeName")
        merged = {**self.attributes, **attributes}
        self.delivery = Delivery.of(merged, self.protocol, announced)
        self.attributes = {name: text for name, text in merged.items() if text}

    def wants(self, notification: Notification) -> bool:
        """Whether the filter policy lets the message through."""
        pattern = self.delivery.filter
        if pattern is None:
            return True
        if not self.delivery.by_body:
            return pattern.matches(notification.filterable_attributes)
        body = notification.filterable_body
        return body is not None and pattern.matches(body)


def check_endpoint(protocol: str, endpoint: str) -> None:
    """Raises UnsupportedOperationError for a protocol, and AwsError for an endpoint that is none of its protocol."""
    if protocol not in _ENDPOINTS:
        raise UnsupportedOperationError(f"subscriptions of the protocol {protocol!r} (sqs and lambda are)")
    shape, name = _ENDPOINTS[protocol]
    if shape.fullmatch(endpoint) is None:
        raise invalid(name)


def _pattern(policy: str, scope: str, announced: str) -> Pattern | None:
    if policy in ("", "{}"):
        return None
    try:
        return compile_pattern(policy, _SCOPES[scope])
    except InvalidPatternError as error:
        raise invalid(announced + str(error).removeprefix("Invalid parameter: ")) from error


def _dead_letters(policy: str) -> str | None:
    if not policy:
        return None
    try:
        arn = json.loads(policy)["deadLetterTargetArn"]
    except (ValueError, KeyError, TypeError) as error:
        raise invalid("RedrivePolicy: must be a JSON object with deadLetterTargetArn") from error
    if not isinstance(arn, str) or _ENDPOINTS["sqs"][0].fullmatch(arn) is None:
        raise invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn")
    return arn

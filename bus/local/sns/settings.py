"""What a subscription's attributes say, compiled."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bus.local.json_texts import read
from bus.local.sns.archive import Replay
from bus.local.sns.delivery_policy import Policy, subscription_policy
from bus.local.sns.endpoints import RAW, is_fifo_queue, is_queue
from bus.local.sns.errors import invalid
from bus.patterns import SNS_ATTRIBUTES, SNS_BODY, InvalidPatternError, Pattern, compile_pattern

ATTRIBUTES = (
    *("DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy"),
    *("SubscriptionRoleArn", "ReplayPolicy"),
)
_SCOPES = {"MessageAttributes": SNS_ATTRIBUTES, "MessageBody": SNS_BODY}
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")


@dataclass(frozen=True)
class Settings:
    """How deliveries to one subscription are made."""

    raw: bool = False
    filter: Pattern | None = None
    by_body: bool = False
    dead_letter_arn: str | None = None
    delivery_policy: Policy | None = None
    replay: Replay | None = None


@dataclass(frozen=True)
class Endpoint:
    """Where a subscription delivers to, and whether its topic is FIFO: what its attributes are judged by."""

    protocol: str
    address: str
    fifo: bool

    def settings(self, attributes: Mapping[str, str], announced: str = "") -> Settings:
        """Raises AwsError for what SNS refuses, `announced` by what its errors begin with."""
        raw = _raw(attributes.get("RawMessageDelivery", "false"), self.protocol, announced)
        scope = attributes.get("FilterPolicyScope", "MessageAttributes")
        if scope not in _SCOPES:
            raise invalid(
                f"{announced}FilterPolicyScope: Invalid value [{scope}]. "
                "Please use either MessageBody or MessageAttributes"
            )
        self._check_role(attributes.get("SubscriptionRoleArn"), announced)
        return Settings(
            raw=raw,
            filter=_pattern(attributes.get("FilterPolicy", ""), scope, announced),
            by_body=scope == "MessageBody",
            dead_letter_arn=self._dead_letters(attributes.get("RedrivePolicy", ""), announced),
            delivery_policy=self._delivery_policy(attributes.get("DeliveryPolicy", ""), announced, raw=raw),
            replay=self._replay(attributes.get("ReplayPolicy", ""), announced),
        )

    def _check_role(self, role: str | None, announced: str) -> None:
        if self.protocol == "firehose" and (role is None or _ROLE.fullmatch(role) is None):
            raise invalid(f"{announced}SubscriptionRoleArn: a valid role is required for Firehose subscriptions")
        if self.protocol != "firehose" and role:
            raise invalid(f"{announced}SubscriptionRoleArn: only Firehose subscriptions have a role")

    def _dead_letters(self, policy: str, announced: str) -> str | None:
        if not policy:
            return None
        arn = _object(policy, f"{announced}RedrivePolicy").get("deadLetterTargetArn")
        if not isinstance(arn, str) or not is_queue(arn):
            raise invalid(f"{announced}RedrivePolicy: deadLetterTargetArn is an invalid arn")
        # A dead-letter queue is of the type of what is delivered to: FIFO for a FIFO queue, else standard.
        fifo = self.protocol == "sqs" and is_fifo_queue(self.address)
        if fifo and not is_fifo_queue(arn):
            raise invalid(
                f"{announced}RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."
            )
        if is_fifo_queue(arn) and not self.fifo:
            raise invalid(f"{announced}RedrivePolicy: must use a standard queue as DLQ for a standard Topic.")
        return arn

    def _delivery_policy(self, text: str, announced: str, *, raw: bool) -> Policy | None:
        if not text:
            return None
        if self.protocol not in ("http", "https"):
            raise invalid(
                f"{announced}DeliveryPolicy: Delivery protocol [{self.protocol}] does not support delivery policies."
            )
        return subscription_policy(text, raw=raw)

    def _replay(self, text: str, announced: str) -> Replay | None:
        policy = _object(text, f"{announced}ReplayPolicy") if text else {}
        if not policy:
            return None
        if not self.fifo:
            raise invalid(f"{announced}ReplayPolicy: only subscriptions to FIFO topics can replay")
        if policy.get("PointType") != "Timestamp" or policy.keys() - {"PointType", "StartingPoint", "EndingPoint"}:
            raise invalid(f"{announced}ReplayPolicy: PointType must be Timestamp, with StartingPoint and EndingPoint")
        start, end = policy.get("StartingPoint"), policy.get("EndingPoint")
        return Replay(_instant(start, announced), None if end is None else _instant(end, announced))


def _raw(text: str, protocol: str, announced: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise invalid(f"{announced}RawMessageDelivery: Invalid value [{text}]. Must be true or false.")
    raw = text.lower() == "true"
    if raw and protocol not in RAW:
        raise invalid(f"{announced}Delivery protocol [{protocol}] does not support raw message delivery.")
    return raw


def _pattern(policy: str, scope: str, announced: str) -> Pattern | None:
    if policy in ("", "{}"):
        return None
    try:
        return compile_pattern(policy, _SCOPES[scope])
    except InvalidPatternError as error:
        raise invalid(announced + str(error).removeprefix("Invalid parameter: ")) from error


def _instant(text: object, announced: str) -> float:
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise invalid(f"{announced}ReplayPolicy: {text} is no timestamp in ISO 8601") from error
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()


def _object(text: str, attribute: str) -> dict[str, Any]:
    try:
        value = read(text)
    except ValueError as error:
        raise invalid(f"{attribute}: failed to parse JSON. {error}") from error
    if not isinstance(value, dict):
        raise invalid(f"{attribute}: must be a JSON object")
    return value

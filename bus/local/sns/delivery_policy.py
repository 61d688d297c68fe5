"""The delivery policies of HTTP(S) endpoints: what may be set, and what then holds.

SNS developer guide, "Amazon SNS message delivery retries", "Creating an HTTP/S delivery policy", and the two pages on
the JSON formats of delivery policies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bus.local.json_texts import read
from bus.local.sns.errors import invalid
from bus.local.sns.phases import BACKOFF, Phases

Policy = Mapping[str, Any]

PLAIN_TEXT = "text/plain; charset=UTF-8"
_LONGEST_DELAY = 3600  # seconds, of one retry and of all of them together
_MOST_RETRIES = 100
_TYPES = ("text/plain", "application/json", "application/xml")
_RAW_TYPES = (
    *("text/css", "text/csv", "text/html", "text/xml", "application/atom+xml", "application/octet-stream"),
    *("application/soap+xml", "application/x-www-form-urlencoded", "application/xhtml+xml", *_TYPES),
)
_RETRY: Mapping[str, Any] = {
    "minDelayTarget": 20,
    "maxDelayTarget": 20,
    "numRetries": 3,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}


@dataclass(frozen=True, slots=True)
class HttpPolicy:
    """What holds for one subscription: its retries, how many deliveries a second, the type of its notifications."""

    phases: Phases
    per_second: int | None
    content_type: str


def topic_policy(text: str) -> Policy:
    """A topic's DeliveryPolicy, as SNS describes it afterwards. Raises AwsError."""
    http = _members("http", _object(text, ("http",)).get("http"), ("disableSubscriptionOverrides", *_OF_TOPIC.values()))
    given = {name: http[member] for name, member in _OF_TOPIC.items() if http.get(member) is not None}
    _check(given, raw=False)
    disabled = http.get("disableSubscriptionOverrides", False)
    if not isinstance(disabled, bool):
        raise _refused("http.disableSubscriptionOverrides must be true or false")
    described = {_OF_TOPIC[name]: value for name, value in given.items()}
    return {"http": {**described, "disableSubscriptionOverrides": disabled}}


def subscription_policy(text: str, *, raw: bool) -> Policy:
    """A subscription's DeliveryPolicy, as SNS describes it afterwards. Raises AwsError.

    The types of content that may be asked for are more with raw delivery.
    """
    given = _object(text, (*_OF_TOPIC, "sicklyRetryPolicy", "guaranteed"))
    if given.get("sicklyRetryPolicy") is not None or given.get("guaranteed") not in (None, False):
        raise _refused("sicklyRetryPolicy and guaranteed are not supported")
    _check({name: given[name] for name in _OF_TOPIC if given.get(name) is not None}, raw=raw)
    return {
        "healthyRetryPolicy": given.get("healthyRetryPolicy"),
        "sicklyRetryPolicy": None,
        "throttlePolicy": given.get("throttlePolicy"),
        "requestPolicy": given.get("requestPolicy"),
        "guaranteed": False,
    }


def effective(topic: Policy | None, subscription: Policy | None = None) -> Policy:
    """A subscription's effective delivery policy: its own, where the topic lets it, then the topic's, then SNS's."""
    http = (topic or {}).get("http", {})
    own = {} if http.get("disableSubscriptionOverrides") else subscription or {}

    def chosen(name: str) -> Any:
        return own.get(name) or http.get(_OF_TOPIC[name])

    return {
        "healthyRetryPolicy": {**_RETRY, **(chosen("healthyRetryPolicy") or {})},
        "sicklyRetryPolicy": None,
        "throttlePolicy": chosen("throttlePolicy"),
        "requestPolicy": {"headerContentType": PLAIN_TEXT, **(chosen("requestPolicy") or {})},
        "guaranteed": False,
    }


def effective_of_topic(topic: Policy | None) -> Policy:
    """A topic's EffectiveDeliveryPolicy."""
    policy = effective(topic)
    throttle = {"defaultThrottlePolicy": policy["throttlePolicy"]} if policy["throttlePolicy"] else {}
    return {
        "http": {
            "defaultHealthyRetryPolicy": policy["healthyRetryPolicy"],
            "disableSubscriptionOverrides": (topic or {"http": {}})["http"].get("disableSubscriptionOverrides", False),
            **throttle,
            "defaultRequestPolicy": policy["requestPolicy"],
        }
    }


def compiled(policy: Policy) -> HttpPolicy:
    """An effective policy, to act on."""
    per_second = (policy["throttlePolicy"] or {}).get("maxReceivesPerSecond")
    return HttpPolicy(_phases(policy["healthyRetryPolicy"]), per_second, policy["requestPolicy"]["headerContentType"])


_OF_TOPIC = {
    "healthyRetryPolicy": "defaultHealthyRetryPolicy",
    "throttlePolicy": "defaultThrottlePolicy",
    "requestPolicy": "defaultRequestPolicy",
}


def _phases(retry: Policy) -> Phases:
    immediate, before, after = retry["numNoDelayRetries"], retry["numMinDelayRetries"], retry["numMaxDelayRetries"]
    backoff = retry["numRetries"] - immediate - before - after
    limits = float(retry["minDelayTarget"]), float(retry["maxDelayTarget"])
    return Phases(immediate, before, backoff, after, *limits, retry["backoffFunction"])


def _check(given: Policy, *, raw: bool) -> None:
    """`given` has the names that a subscription's policy has."""
    if (retry := given.get("healthyRetryPolicy")) is not None:
        _check_retry(_members("healthyRetryPolicy", retry, _RETRY))
    if (throttle := given.get("throttlePolicy")) is not None:
        rate = _members("throttlePolicy", throttle, ("maxReceivesPerSecond",)).get("maxReceivesPerSecond")
        if rate is not None:
            _check_integer("throttlePolicy.maxReceivesPerSecond", rate, 1)
    if (request := given.get("requestPolicy")) is not None:
        type_ = _members("requestPolicy", request, ("headerContentType",)).get("headerContentType")
        if type_ is not None and str(type_).partition(";")[0] not in (_RAW_TYPES if raw else _TYPES):
            raise _refused(f"requestPolicy.headerContentType {type_} is not supported")


def _check_retry(given: Policy) -> None:
    retry = {**_RETRY, **given}
    _check_integer("maxDelayTarget", retry["maxDelayTarget"], 1, _LONGEST_DELAY)
    _check_integer("minDelayTarget", retry["minDelayTarget"], 1, retry["maxDelayTarget"])
    _check_integer("numRetries", retry["numRetries"], 0, _MOST_RETRIES)
    for name in ("numNoDelayRetries", "numMinDelayRetries", "numMaxDelayRetries"):
        _check_integer(name, retry[name], 0)
    if retry["backoffFunction"] not in BACKOFF:
        raise _refused(f"backoffFunction must be one of {', '.join(BACKOFF)}")
    phases = _phases(retry)
    if phases.backoff < 0:
        raise _refused("numRetries must be greater than or equal to the retries of its phases together")
    if phases.seconds() > _LONGEST_DELAY:
        raise _refused(f"total policy retry time must not be greater than {_LONGEST_DELAY} seconds")


def _check_integer(name: str, value: object, least: int, most: int | None = None) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise _refused(f"{name} must be an integer greater than or equal to {least}")
    if most is not None and value > most:
        raise _refused(f"{name} must be less than or equal to {most}")


def _object(text: str, known: tuple[str, ...]) -> Policy:
    try:
        policy = read(text)
    except ValueError as error:
        raise _refused("failed to parse JSON") from error
    return _members("the policy", policy, known)


def _members(where: str, value: object, known: Any) -> Policy:
    if not isinstance(value, Mapping):
        raise _refused(f"{where} must be a JSON object")
    for name in value:
        if name not in known:
            raise _refused(f"unexpected JSON member: {name}")
    return value


def _refused(reason: str) -> Exception:
    return invalid(f"DeliveryPolicy: {reason}")
